import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/contract/index.js';
import { signSign1 } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { encodeServiceSlot, permitTyp } from '../../src/permit/index.js';
import { changeResidence, issuePermit, renewEndorsement, replacePermit, resumePermit, resumeUpdate, verifyPermit, writeService, type Replacement, type UpdateContext } from '../../src/workflows/index.js';
import { CardInReader, MemoryTerminal, applicant, blank, counter, noon, serialOf } from './fixtures.js';
import { contextOf, failure } from './held-card.js';
import { issuedCard, issuedOn, move, photo, service, type IssuedCard } from './issued-card.js';
import { apduOf, ins, opened, recorded } from './recorded.js';
import { certificate, everyRight, type TestAccess } from './test-access.js';

const endorse = (ctx: UpdateContext): Promise<Outcome<unknown>> => renewEndorsement(ctx, { by: 'op-1' });
const moved = (ctx: UpdateContext): Promise<Outcome<unknown>> => changeResidence(ctx, move);
const served = (ctx: UpdateContext): Promise<Outcome<unknown>> => writeService(ctx, service);

const lacking: readonly (readonly [string, (access: TestAccess) => unknown, readonly [string, string | undefined]])[] = [
  ['no certificate', (access) => (access.missing = true), ['ACCESS_CERTIFICATE_MISSING', undefined]],
  ['one that ran out', (access) => (access.days = [-9, -1]), ['ACCESS_CERTIFICATE_EXPIRED', undefined]],
  ['one of tomorrow', (access) => (access.days = [1, 9]), ['ACCESS_CERTIFICATE_EXPIRED', undefined]],
];

describe('a terminal that cannot open cards', () => {
  it.each([
    ...lacking,
    ['no right to inspect', (access: TestAccess) => (access.rightsHeld = everyRight.filter((right) => right !== 'inspect')), ['ACCESS_RIGHT_MISSING', 'inspect']],
    ['no right to endorse', (access: TestAccess) => (access.rightsHeld = everyRight.filter((right) => right !== 'endorse')), ['ACCESS_RIGHT_MISSING', 'endorse']],
  ] as const)('issues none (%s): nothing is reserved, no card is touched', async (_, change, expected) => {
    const { terminal, reader } = counter();
    change(terminal.access);
    expect(await issuePermit(terminal.context(reader.insert()), applicant(), photo).then(failure)).toEqual(expected);
    expect(await resumePermit(terminal.context(reader.insert())).then(failure)).toEqual(expected);
    expect([reader.log, terminal.sequence, terminal.journal.size, terminal.records]).toEqual([[], 0, 0, []]);
  });

  it.each(lacking)('writes none (%s)', async (_, change, expected) => {
    for (const update of [endorse, moved, served]) {
      const card = await issuedCard();
      change(card.terminal.access);
      expect(await update(contextOf(card)).then(failure)).toEqual(expected);
      expect([card.reader.log, card.terminal.updates.size]).toEqual([[], 0]);
    }
  });

  it.each([[endorse, 'endorse'], [moved, 'endorse'], [served, 'service']] as const)('lacks the right of the update', async (update, right) => {
    const card = await issuedCard();
    card.terminal.access.rightsHeld = everyRight.filter((each) => each !== right);
    expect(await update(contextOf(card)).then(failure)).toEqual(['ACCESS_RIGHT_MISSING', right]);
    expect(card.reader.log).toEqual([]);
  });
});

describe('a card that grants less than the terminal believes', () => {
  const without = (right: (typeof everyRight)[number]) => (card: IssuedCard): Uint8Array => (card.terminal.access.verifier = certificate('dv-domestic', { rights: everyRight.filter((each) => each !== right) }));

  it.each<readonly [string, (ctx: UpdateContext) => Promise<Outcome<unknown>>, (card: IssuedCard) => unknown, string]>([
    ['endorse', endorse, without('endorse'), 'endorse'],
    ['move', moved, without('endorse'), 'endorse'],
    ['service', served, without('service'), 'service'],
    ['another department', served, ({ terminal }) => (terminal.access.change = { departments: [8] }), 'service'],
  ])('%s: refused by its right, the intent goes, and a terminal that has it goes on', async (_, update, change, right) => {
    const card = await issuedCard();
    const genuine = card.terminal.access.verifier;
    change(card);
    expect(await update(contextOf(card)).then(failure)).toEqual(['ACCESS_RIGHT_MISSING', right]);
    expect([apduOf(card.reader, ins.putData) > 0, card.terminal.updates.size, card.terminal.records]).toEqual([true, 0, []]);
    card.terminal.access.verifier = genuine;
    card.terminal.access.change = {};
    expect(await update(contextOf(card)).then(failure)).toBe('ok');
  });

  it('a thirteenth department by the card: the intent goes', async () => {
    const card = await issuedCard();
    for (let department = 1; department <= 12; department += 1) await writeService(contextOf(card), { ...service, department });
    const { chip, card: authentic } = await opened(card.terminal, card.reader.insert(), { right: 'service', purpose: 'service' });
    const { permitNumber } = card.value;
    const payload = encodeServiceSlot({ ...service, department: 13, permitNumber, thumbprint: authentic.thumbprint, counter: 13, signedAt: noon });
    const object = signSign1({ typ: permitTyp.serviceSlot, payload, kcwt: card.terminal.kcwt(), seed: new Uint8Array(32).fill(3) }, nodeCrypto.ed25519);
    card.terminal.updates.set(chip, { chip, permitNumber, target: 'services', counter: 13, object, startedAt: noon });
    expect(await resumeUpdate(contextOf(card)).then(failure)).toEqual(['SERVICE_SLOTS_FULL', undefined]);
    expect(card.terminal.updates.size).toBe(0);
    expect(await writeService(contextOf(card), { ...service, state: '办结' })).toMatchObject({ ok: true, value: { counter: 13 } });
  });
});

describe('a right that was lost while an update was torn', () => {
  it.each([
    ['before', ['ACCESS_RIGHT_MISSING', 'endorse'], 1],
    ['after', 'ok', 0],
  ] as const)('the intent waits, unless it can be told without it (%s)', async (when, expected, left) => {
    const card = await issuedCard();
    const { reader } = await recorded(card.reader.card.image(), endorse);
    card.reader.card.faults = { tearAtApdu: { at: apduOf(reader, ins.putData), when } };
    expect(await endorse(contextOf(card)).then(failure)).toEqual(['CARD_REMOVED', undefined]);
    card.terminal.access.rightsHeld = ['service', 'inspect'];
    expect(await served(contextOf(card)).then(failure)).toEqual(expected);
    expect([card.terminal.updates.size, card.terminal.records.length]).toEqual([left, 1 - left]);
  });

  it('of one department: its slot waits', async () => {
    const card = await issuedCard();
    const { reader } = await recorded(card.reader.card.image(), served);
    card.reader.card.faults = { tearAtApdu: { at: apduOf(reader, ins.putData), when: 'after' } };
    await served(contextOf(card));
    card.terminal.access.own = [8];
    expect(await resumeUpdate(contextOf(card)).then(failure)).toEqual(['ACCESS_RIGHT_MISSING', 'service 7']);
    card.terminal.access.own = [7, 8];
    expect(await resumeUpdate(contextOf(card))).toEqual({ ok: true, value: { how: 'was-written' } });
  });
});

describe('an endorsement that is carried over to another card', () => {
  it('waits for a card that grants the right: the new card is not handed out, and finished with it', async () => {
    const { terminal, value } = await issuedCard();
    terminal.allot(serialOf(2));
    const fresh = new CardInReader(blank(2));
    const replaces: Replacement = { permitNumber: value.permitNumber, reason: 'damaged', issued: issuedOn.due, goodUntil: '2027-12-10', oldCard: 'returned', by: 'op-1' };
    terminal.access.change = { rights: ['inspect', 'manage'] };
    expect(await replacePermit(terminal.context(fresh.insert()), applicant(), photo, replaces).then(failure)).toEqual(['ACCESS_RIGHT_MISSING', 'endorse']);
    expect([terminal.records, terminal.journal.size]).toEqual([[], 1]);
    terminal.access.change = {};
    expect(await resumePermit(terminal.context(fresh.insert()))).toMatchObject({ ok: true, value: { resumed: true, permitNumber: value.permitNumber } });
    expect(terminal.records.map(({ type }) => type)).toEqual(['issue', 'card-return']);
    expect(await verifyPermit(terminal.context(fresh.insert()))).toMatchObject({ ok: true, value: { verdict: { result: 'valid' } } });
  });
});

describe('a new card', () => {
  it.each(['inspect', 'manage'] as const)('that grants no %s to this terminal is not handed out', async (right) => {
    const { terminal, reader } = counter();
    terminal.access.change = { rights: everyRight.filter((each) => each !== right) };
    expect(await issuePermit(terminal.context(reader.insert()), applicant(), photo).then(failure)).toEqual(['ACCESS_RIGHT_MISSING', right]);
    expect([terminal.records, terminal.journal.size]).toEqual([[], 1]);
    terminal.access.change = {};
    expect(await resumePermit(terminal.context(reader.insert())).then(failure)).toBe('ok');
  });

  it('that this terminal cannot open is not handed out', async () => {
    const { terminal, reader } = counter();
    terminal.access.sign = () => new Uint8Array(64).fill(1);
    expect(await issuePermit(terminal.context(reader.insert()), applicant(), photo).then(failure)).toEqual(['ACCESS_REFUSED', 'signature']);
    expect([terminal.records, terminal.journal.size]).toEqual([[], 1]);
    terminal.access.sign = new MemoryTerminal().access.sign;
    expect(await resumePermit(terminal.context(reader.insert())).then(failure)).toBe('ok');
  });
});
