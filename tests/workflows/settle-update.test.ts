import { describe, expect, it } from 'vitest';
import type { CardChannel } from '../../src/card/index.js';
import { CodedError, type Outcome } from '../../src/contract/index.js';
import { changeResidence, endCard, readPermit, renewEndorsement, resumeUpdate, writeService, type UpdateContext } from '../../src/workflows/index.js';
import { MemoryTerminal, noon } from './fixtures.js';
import { cardOf, issuedCard, issuedOn, move, service, type IssuedCard } from './issued-card.js';
import { apduOf, ins, recorded } from './recorded.js';

const failure = (outcome: Outcome<unknown>): unknown => (outcome.ok ? outcome.value : [outcome.code, outcome.detail]);
const contextOf = ({ terminal, reader }: IssuedCard): UpdateContext => terminal.context(reader.insert());
const captured = ({ terminal }: IssuedCard): string[] => terminal.records.map(({ type }) => type).filter((type) => type !== 'verification');
type Update = (ctx: UpdateContext) => Promise<Outcome<unknown>>;
const endorse: Update = (ctx) => renewEndorsement(ctx, { by: 'op-1' });
const moved: Update = (ctx) => changeResidence(ctx, move);
const served: Update = (ctx) => writeService(ctx, service);

const due = (await issuedCard()).reader.card.image();
const putOf = async (update: Update): Promise<number> => apduOf((await recorded(due, update)).reader, ins.putData);
/** The APDU of PUT DATA in each flow. */
const put = { endorse: await putOf(endorse), move: await putOf(moved), service: await putOf(served) } as const;

/** An update whose PUT DATA lost its command or its answer. */
async function torn(update: Update, at: number, when: 'before' | 'after', issued: string = issuedOn.due): Promise<IssuedCard> {
  const card = await issuedCard(issued);
  card.reader.card.faults = { tearAtApdu: { at, when } };
  expect(await update(contextOf(card)).then(failure)).toEqual(['CARD_REMOVED', undefined]);
  expect([card.terminal.updates.size, captured(card)]).toEqual([1, []]);
  return card;
}
/** Another terminal of the same city, which knows nothing of the torn update, at the same card. */
const elsewhere = (card: IssuedCard): IssuedCard => ({ ...card, terminal: new MemoryTerminal() });

describe('a torn update', () => {
  it('had been written: it is captured when the card comes back, even by a terminal that may not sign, of a permit cancelled since', async () => {
    const card = await torn(endorse, put.endorse, 'after');
    card.terminal.delegationDays = [-10, -1];
    card.terminal.statuses.set(card.value.statusIndex, 1);
    expect(await resumeUpdate(contextOf(card)).then(failure)).toEqual({ how: 'was-written', seq: 1 });
    expect([captured(card), card.terminal.updates.size]).toEqual([['endorsement'], 0]);
    expect(await resumeUpdate(contextOf(card)).then(failure)).toEqual({ how: 'nothing' });
  });

  it.each([
    ['written', 'after', ['endorsement']],
    ['not written', 'before', []],
  ] as const)('had been %s when its card is ended: the journal is empty, and the record is captured or not', async (_, when, records) => {
    const card = await torn(endorse, put.endorse, when);
    expect(await endCard(contextOf(card), card.value.permitNumber).then(failure)).toEqual({ permitNumber: card.value.permitNumber });
    expect([captured(card), card.terminal.updates.size]).toEqual([records, 0]);
  });

  it('had been written and was followed by another terminal’s when its card is ended: it is found among the older records', async () => {
    const card = await torn(endorse, put.endorse, 'after');
    const other = elsewhere(card);
    other.terminal.setDay('2027-11-30');
    expect(await endorse(contextOf(other)).then(failure)).toMatchObject({ counter: 2 });
    card.terminal.setDay('2027-12-01');
    expect(await endCard(contextOf(card), card.value.permitNumber).then(failure)).toEqual({ permitNumber: card.value.permitNumber });
    expect([captured(card), card.terminal.updates.size]).toEqual([['endorsement'], 0]);
  });

  it('was not written: the same bytes go again, signed before', async () => {
    const card = await torn(moved, put.move, 'before');
    const [intent] = [...card.terminal.updates.values()];
    card.terminal.delegationDays = [-10, -1];
    expect(await resumeUpdate(contextOf(card)).then(failure)).toEqual({ how: 'written-again', seq: 1 });
    expect(card.terminal.records).toMatchObject([{ type: 'residence-change', object: intent?.object }]);
  });

  it.each([
    ['cancelled', 1],
    ['suspended by decision', 2],
  ] as const)('was not written, and the permit was %s since: given up', async (_, status) => {
    const card = await torn(endorse, put.endorse, 'before');
    card.terminal.statuses.set(card.value.statusIndex, status);
    expect(await resumeUpdate(contextOf(card)).then(failure)).toEqual({ how: 'given-up', why: 'not-allowed' });
    expect([captured(card), card.terminal.updates.size]).toEqual([[], 0]);
  });

  it('was not written, and the list is too old to tell: it waits', async () => {
    const card = await torn(endorse, put.endorse, 'before');
    card.terminal.statusListIssuedAt = noon - 8 * 86_400;
    expect(await resumeUpdate(contextOf(card)).then(failure)).toEqual(['STATUS_LIST_STALE', 'status-list-stale']);
    card.terminal.statusListIssuedAt = noon - 3600;
    expect(await resumeUpdate(contextOf(card)).then(failure)).toMatchObject({ how: 'written-again' });
  });

  it('was followed by another terminal: an endorsement that had been written is found among the older records', async () => {
    const card = await torn(endorse, put.endorse, 'after');
    const other = elsewhere(card);
    other.terminal.setDay('2027-12-01');
    card.terminal.setDay('2027-12-02');
    expect(await endorse(contextOf(other)).then(failure)).toMatchObject({ counter: 2 });
    expect(await resumeUpdate(contextOf(card)).then(failure)).toEqual({ how: 'was-written', seq: 1 });
    expect(captured(card)).toEqual(['endorsement']);
  });

  it('the same by a reader of short APDUs', async () => {
    const card = await torn(endorse, put.endorse, 'after');
    card.reader.extendedLength = false;
    const other = elsewhere(card);
    other.terminal.setDay('2027-12-01');
    card.terminal.setDay('2027-12-02');
    expect(await endorse(contextOf(other)).then(failure)).toMatchObject({ counter: 2 });
    expect(await resumeUpdate(contextOf(card)).then(failure)).toEqual({ how: 'was-written', seq: 1 });
  });

  it.each([
    ['endorse', endorse, put.endorse],
    ['move', moved, put.move],
    ['service', served, put.service],
  ] as const)('was not written, and another terminal wrote the next one (%s): given up as another object', async (_, update, at) => {
    const card = await torn(update, at, 'before', issuedOn.due);
    const other = elsewhere(card);
    other.terminal.now += 60;
    card.terminal.now += 120;
    expect(await update(contextOf(other)).then(failure)).toMatchObject({ resumed: false });
    expect(await resumeUpdate(contextOf(card)).then(failure)).toEqual({ how: 'given-up', why: 'other-object' });
    expect([captured(card), card.terminal.updates.size]).toEqual([[], 0]);
  });

  it('was overtaken by two: given up as superseded', async () => {
    const card = await torn(moved, put.move, 'before');
    const other = elsewhere(card);
    for (const counter of [2, 3]) expect(await moved(contextOf(other)).then(failure)).toMatchObject({ counter });
    expect(await resumeUpdate(contextOf(card)).then(failure)).toEqual({ how: 'given-up', why: 'superseded' });
    const endorsed = await torn(endorse, put.endorse, 'before');
    const next = elsewhere(endorsed);
    for (const [day, counter] of [['2026-11-24', 1], ['2027-12-01', 2]] as const) {
      next.terminal.setDay(day);
      next.terminal.now += 60;
      expect(await endorse(contextOf(next)).then(failure)).toMatchObject({ counter });
    }
    endorsed.terminal.setDay('2027-12-02');
    expect(await resumeUpdate(contextOf(endorsed)).then(failure)).toEqual({ how: 'given-up', why: 'superseded' });
    expect(captured(endorsed)).toEqual([]);
  });

  it('of a chip that counts less than the card had: an old image, and the intent stays', async () => {
    const card = await issuedCard();
    const before = card.reader.card.image();
    expect(await moved(contextOf(card)).then(failure)).toMatchObject({ counter: 2 });
    card.reader.card.faults = { tearAtApdu: { at: put.move, when: 'before' } };
    await changeResidence(contextOf(card), { ...move, changedOn: '2026-11-23' });
    card.terminal.known.clear();
    const old = { ...card, reader: cardOf(before) };
    expect(await resumeUpdate(contextOf(old)).then(failure)).toEqual(['CARD_IMAGE_OLD', 'residence']);
    expect(card.terminal.updates.size).toBe(1);
  });

  it('is no other chip’s: another card is served beside it', async () => {
    const card = await torn(endorse, put.endorse, 'before');
    const other = await issuedCard();
    expect(await resumeUpdate(card.terminal.context(other.reader.insert())).then(failure)).toEqual({ how: 'nothing' });
    expect(await endorse(card.terminal.context(other.reader.insert())).then(failure)).toMatchObject({ resumed: false });
    expect([card.terminal.updates.size, captured(card)]).toEqual([1, ['endorsement']]);
  });
});

describe('storage that fails', () => {
  const full = (): never => {
    throw new CodedError('DISK_FULL');
  };

  it('before the intent is durable: the card is not written', async () => {
    const card = await issuedCard();
    const ctx = contextOf(card);
    expect(await endorse({ ...ctx, journal: { ...ctx.journal, putUpdate: full } }).then(failure)).toEqual(['DISK_FULL', undefined]);
    expect([card.reader.log.some(({ command }) => command[1] === 0xdb), captured(card)]).toEqual([false, []]);
  });

  it('at the end: the object is on the card, and its record is captured when there is room', async () => {
    const card = await issuedCard();
    const ctx = contextOf(card);
    expect(await endorse({ ...ctx, journal: { ...ctx.journal, commitUpdate: full } }).then(failure)).toEqual(['DISK_FULL', undefined]);
    expect([card.terminal.updates.size, captured(card)]).toEqual([1, []]);
    expect(await resumeUpdate(contextOf(card)).then(failure)).toEqual({ how: 'was-written', seq: 1 });
    expect(captured(card)).toEqual(['endorsement']);
  });
});

describe('a card that answers wrongly', () => {
  it.each([
    ['a status', { wrongStatus: { at: put.endorse, sw: 0x6f00 } }, 'CARD_SM_BROKEN'],
    ['a flipped bit', { bitFlip: { at: put.endorse, bit: 40 } }, 'CARD_SM_BROKEN'],
    ['nothing', { silent: { at: put.endorse } }, 'CARD_SILENT'],
  ] as const)('to PUT DATA (%s): a failure, and one endorsement and one record in the end', async (_, faults, expected) => {
    const card = await issuedCard();
    card.reader.card.faults = faults;
    const failed = await endorse(contextOf(card));
    expect(failed.ok || failed.code).toBe(expected);
    card.reader.card.faults = {};
    expect(await endorse(contextOf(card)).then(failure)).toMatchObject({ counter: 1, resumed: true });
    expect([captured(card), card.terminal.updates.size]).toEqual([['endorsement'], 0]);
  });

  it('a chain that is broken off changes nothing and ends the channel', async () => {
    const { reader, terminal } = await issuedCard();
    reader.extendedLength = false;
    const channel = reader.insert();
    const answers: string[] = [];
    // Another command goes out where the last part of the chain should.
    const broken: CardChannel = {
      ...channel,
      transmit: async (command) => {
        const last = command[0] === 0x0c && command[1] === 0xdb;
        const answer = await channel.transmit(last ? Uint8Array.from(Buffer.from('00cb3fff035c01c600', 'hex')) : command);
        if (last) answers.push(Buffer.from(answer).toString('hex'));
        return answer;
      },
    };
    expect(await endorse(terminal.context(broken)).then(failure)).toEqual(['CARD_SM_BROKEN', 'secure messaging: plain status']);
    expect(answers).toEqual(['6883']);
    expect(await resumeUpdate(terminal.context(reader.insert())).then(failure)).toEqual({ how: 'written-again', seq: 1 });
  });
});

describe('something else is asked for while an update is torn', () => {
  it.each(['before', 'after'] as const)('both are done, in order (%s)', async (when) => {
    const card = await torn(endorse, put.endorse, when);
    expect(await moved(contextOf(card)).then(failure)).toMatchObject({ counter: 2, resumed: false, seq: 2 });
    expect(captured(card)).toEqual(['endorsement', 'residence-change']);
    const read = await readPermit(contextOf(card));
    expect(read).toMatchObject({ ok: true, value: { verdict: { result: 'valid' }, contents: { residence: { counter: 2 } } } });
  });

  it('another address: the torn one was said and is captured, then the other', async () => {
    const card = await torn(moved, put.move, 'after');
    const corrected = { ...move, residence: { ...(move.residence as object), address: '某某街 22 号' } };
    expect(await changeResidence(contextOf(card), corrected).then(failure)).toMatchObject({ counter: 3, resumed: false });
    expect(captured(card)).toEqual(['residence-change', 'residence-change']);
  });

  it('the endorsement of the next year: finishing the torn one is not all', async () => {
    const card = await torn(endorse, put.endorse, 'before');
    card.terminal.setDay('2027-12-01');
    expect(await endorse(contextOf(card)).then(failure)).toMatchObject({ counter: 2, resumed: false });
    expect(captured(card)).toEqual(['endorsement', 'endorsement']);
  });

  it('another slot', async () => {
    const card = await torn(served, put.service, 'before');
    expect(await writeService(contextOf(card), { ...service, department: 8 }).then(failure)).toMatchObject({ counter: 2 });
    const read = await readPermit(contextOf(card));
    expect(read.ok && read.value.contents?.services.map(({ department }) => department)).toEqual([7, 8]);
  });
});
