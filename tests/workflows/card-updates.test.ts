import { describe, expect, it } from 'vitest';
import { CardSession, PermitApplication } from '../../src/card/index.js';
import { capturedRecord, type Application, type Outcome } from '../../src/contract/index.js';
import { decodeEndorsement, decodeResidence, parseSigned, permitTyp } from '../../src/permit/index.js';
import { changeResidence, readPermit, refuseEndorsement, renewEndorsement, verifyPermit, writeService, type UpdateContext, type Updated } from '../../src/workflows/index.js';
import { applicant, noon, today, type MemoryTerminal } from './fixtures.js';
import { cardOf, issuedCard, issuedOn, move, service, type IssuedCard } from './issued-card.js';
import { ins } from './recorded.js';
import { everyRight } from './test-access.js';

const by = 'op-1';
const code = (outcome: Outcome<unknown>): string => (outcome.ok ? 'ok' : outcome.code);
const failure = (outcome: Outcome<unknown>): unknown => (outcome.ok ? 'ok' : [outcome.code, outcome.detail]);
const endorse = (ctx: UpdateContext): Promise<Outcome<Updated>> => renewEndorsement(ctx, { by });
const moved = (ctx: UpdateContext): Promise<Outcome<Updated>> => changeResidence(ctx, move);
const served = (ctx: UpdateContext): Promise<Outcome<Updated>> => writeService(ctx, service);
const contextOf = ({ terminal, reader }: IssuedCard): UpdateContext => terminal.context(reader.insert());
async function verdict(card: IssuedCard): Promise<unknown> {
  const read = await readPermit(contextOf(card));
  if (!read.ok) return read.code;
  const { result, lines } = read.value.verdict;
  return [result, lines.find((line) => line.result === result)?.reason];
}
/** Somebody who qualified under the 2009 rules. */
const longHere = (): Application => ({ ...applicant(), registeredOn: '2011-01-01', grounds: ['employment', 'housing'], insuranceYears: 4, residence: { ...applicant().residence, since: '2011-01-01' } });
const endorsementOf = (object: Uint8Array) => decodeEndorsement(parseSigned(object, permitTyp.endorsement).payload);

describe('the yearly endorsement', () => {
  it.each([
    ['extended', true, 14],
    ['short', false, 40],
  ])('in its window, by %s APDUs: on the card, in the outbox, valid for a year', async (name, extended, most) => {
    const card = await issuedCard();
    card.reader.extendedLength = extended;
    const outcome = await endorse(contextOf(card));
    expect(outcome).toMatchObject({ ok: true, value: { permitNumber: card.value.permitNumber, counter: 1, seq: 1, resumed: false } });
    if (!outcome.ok) return;
    const { apdus, bytes } = outcome.value.traffic;
    process.stdout.write(`renewing an endorsement, ${name}: ${apdus} APDUs, ${bytes} bytes\n`);
    expect(apdus).toBeLessThanOrEqual(most);
    const [record] = card.terminal.records;
    expect(card.terminal.records).toHaveLength(1);
    expect(capturedRecord.safeParse(record).success).toBe(true);
    expect(record).toMatchObject({ type: 'endorsement', permitNumber: card.value.permitNumber, decision: 'endorsed', by, at: noon });
    if (record?.type !== 'endorsement' || record.object === undefined) throw new Error('no object');
    expect(endorsementOf(record.object)).toEqual({
      permitNumber: card.value.permitNumber, thumbprint: expect.any(Uint8Array) as unknown, counter: 1, signedAt: noon,
      endorsedOn: today, goodUntil: '2027-12-10', authority: '温州市公安局鹿城区分局',
    });
    const session = new CardSession(card.reader.insert());
    const there = await (await PermitApplication.select(session))?.readFiles('endorsements');
    expect(there?.endorsements).toEqual(record.object);
    expect([card.terminal.updates.size, await verdict(card)]).toEqual([0, ['valid', 'chain-and-digests']]);
    expect([...new Set(card.terminal.steps.map(({ step }) => step))]).toContain('register');
    expect(await endorse(contextOf(card)).then(failure)).toEqual(['ENDORSEMENT_TOO_EARLY', 'before-window']);
  });

  it('late: the permit is suspended, is endorsed all the same, and the years count from today, in the next endorsement too', async () => {
    const card = await issuedCard(issuedOn.overdue);
    expect(await verdict(card)).toEqual(['suspended', 'endorsement-overdue']);
    expect(code(await endorse(contextOf(card)))).toBe('ok');
    const objects = (): ReturnType<typeof endorsementOf>[] => card.terminal.records.flatMap((r) => (r.type === 'endorsement' && r.object !== undefined ? [endorsementOf(r.object)] : []));
    expect(objects()).toMatchObject([{ goodUntil: '2027-11-01', yearsCountFrom: today, counter: 1 }]);
    expect(await verdict(card)).toEqual(['valid', 'chain-and-digests']);
    card.terminal.setDay('2027-10-20');
    expect(code(await endorse(contextOf(card)))).toBe('ok');
    expect(objects()[1]).toMatchObject({ endorsedOn: '2027-10-20', goodUntil: '2028-11-01', yearsCountFrom: today, counter: 2 });
  });

  it('too early, or never: a permit with a fixed end', async () => {
    expect(await endorse(contextOf(await issuedCard(issuedOn.early))).then(failure)).toEqual(['ENDORSEMENT_TOO_EARLY', 'before-window']);
    const old = await issuedCard('2015-06-01', { residenceYears: 9, person: longHere(), on: '2020-01-01' });
    expect(await endorse(contextOf(old)).then(failure)).toEqual(['NOT_ELIGIBLE', 'fixed-end']);
    old.terminal.setDay('2024-06-02');
    expect(await endorse(contextOf(old)).then(failure)).toEqual(['STATE_NOT_ALLOWED', 'permit-expired']);
    expect(old.terminal.records).toEqual([]);
  });

  it('its refusal is a record with a reason, and no card', async () => {
    const { terminal, reader, value } = await issuedCard();
    const ctx = terminal.context(reader.insert());
    const refused = { permitNumber: value.permitNumber, by };
    expect(code(await refuseEndorsement(ctx, { ...refused, reason: '  ' }))).toBe('REASON_REQUIRED');
    expect(terminal.records).toEqual([]);
    expect(await refuseEndorsement(ctx, { ...refused, reason: '不再符合条件' })).toEqual({ ok: true, value: 1 });
    expect(terminal.records).toEqual([{ type: 'endorsement', permitNumber: value.permitNumber, decision: 'refused', reason: '不再符合条件', by, at: noon }]);
    expect(capturedRecord.safeParse(terminal.records[0]).success).toBe(true);
  });
});

describe('a change of residence', () => {
  it('stands on the card and in the outbox', async () => {
    const card = await issuedCard();
    expect(await moved(contextOf(card))).toMatchObject({ ok: true, value: { counter: 2, seq: 1, resumed: false } });
    expect(card.terminal.records).toMatchObject([{ type: 'residence-change', changedOn: '2026-11-20', late: false, by, at: noon }]);
    expect(capturedRecord.safeParse(card.terminal.records[0]).success).toBe(true);
    const read = await readPermit(contextOf(card));
    expect(read).toMatchObject({ ok: true, value: { verdict: { result: 'valid' }, contents: { residence: { ...(move.residence as object), counter: 2 } } } });
  });

  it.each([
    ['on the tenth day', '2026-11-14', undefined, false],
    ['on the eleventh day', '2026-11-13', undefined, true],
    ['by another rule', '2026-11-13', 11, false],
  ])('%s', async (_, changedOn, changeDays, late) => {
    const card = await issuedCard();
    const outcome = await changeResidence(contextOf(card), { ...move, changedOn, ...(changeDays === undefined ? {} : { changeDays }) });
    expect([code(outcome), card.terminal.records.map((r) => r.type === 'residence-change' && r.late)]).toEqual(['ok', [late]]);
  });

  it('is reported while the endorsement is overdue, too, by a reader that carries short APDUs only', async () => {
    const card = await issuedCard(issuedOn.overdue);
    card.reader.extendedLength = false;
    const long = { ...(move.residence as object), address: '路'.repeat(100), employer: '厂'.repeat(60) };
    expect(code(await changeResidence(contextOf(card), { ...move, residence: long }))).toBe('ok');
    const [record] = card.terminal.records;
    expect(record?.type === 'residence-change' && decodeResidence(parseSigned(record.object, permitTyp.residence).payload)).toMatchObject(long);
    expect(await verdict(card)).toEqual(['suspended', 'endorsement-overdue']);
  });

  const home = move.residence as Record<string, unknown>;
  it.each<readonly [string, object, string, string]>([
    ['a missing address', { residence: { ...home, address: '' } }, 'INPUT_INVALID', 'residence.address'],
    ['no residence', { residence: undefined }, 'INPUT_INVALID', 'residence'],
    ['a division of another city', { residence: { ...home, division: '330106001002' } }, 'DIVISION_UNKNOWN', 'residence.division'],
    ['a division that is closed', { residence: { ...home, division: '330322100002' } }, 'DIVISION_UNKNOWN', 'residence.division'],
    ['tomorrow', { changedOn: '2026-11-25' }, 'DATE_IMPOSSIBLE', 'changedOn'],
    ['a day that does not exist', { residence: { ...home, since: '2026-02-30' } }, 'DATE_IMPOSSIBLE', 'residence.since'],
  ])('%s is refused before the card is touched', async (_, over, expected, detail) => {
    const card = await issuedCard();
    card.reader.insert();
    expect(await changeResidence(contextOf(card), { ...move, ...over }).then(failure)).toEqual([expected, detail]);
    expect([card.reader.log.length, card.terminal.records.length, card.terminal.updates.size]).toEqual([0, 0, 0]);
  });

  it('outside the area of the delegation is refused before anything is written', async () => {
    const card = await issuedCard();
    card.terminal.prefixes = ['330302'];
    expect(await moved(contextOf(card)).then(failure)).toEqual(['SIGNER_NOT_ENTITLED', 'delegation-area']);
    expect([card.terminal.records.length, card.terminal.updates.size, await verdict(card)]).toEqual([0, 0, ['valid', 'chain-and-digests']]);
  });
});

describe('a service on the card', () => {
  it('takes its own slot and leaves the others', async () => {
    const card = await issuedCard();
    expect(await served(contextOf(card))).toMatchObject({ ok: true, value: { counter: 1, resumed: false } });
    expect(code(await writeService(contextOf(card), { department: 9, receipt: 'S-9-1', state: '已受理', asOf: today }))).toBe('ok');
    expect(await writeService(contextOf(card), { ...service, state: '办结' })).toMatchObject({ ok: true, value: { counter: 3 } });
    const read = await readPermit(contextOf(card));
    expect(read.ok && [read.value.verdict.result, read.value.contents?.services]).toMatchObject([
      'valid',
      [{ department: 7, receipt: 'S-7-1', state: '办结', asOf: today, counter: 3 }, { department: 9, receipt: 'S-9-1', state: '已受理', asOf: today, counter: 2 }],
    ]);
    // Applications for services are captured where they are taken in; here nothing but the verification is.
    expect(card.terminal.records.map(({ type }) => type)).toEqual(['verification']);
  });

  it.each<readonly [string, object, string, string]>([
    ['no department', { department: 0 }, 'INPUT_INVALID', 'department'],
    ['every department', { department: 0xffff }, 'INPUT_INVALID', 'department'],
    ['no receipt', { receipt: '' }, 'INPUT_INVALID', 'receipt'],
    ['a long state', { state: '办'.repeat(41) }, 'INPUT_INVALID', 'state'],
    ['tomorrow', { asOf: '2026-11-25' }, 'DATE_IMPOSSIBLE', 'asOf'],
  ])('%s is refused', async (_, over, expected, detail) => {
    const card = await issuedCard();
    expect(await writeService(contextOf(card), { ...service, ...over }).then(failure)).toEqual([expected, detail]);
  });

  it('a thirteenth department finds no slot, each of the twelve goes on', async () => {
    const card = await issuedCard();
    for (let department = 1; department <= 12; department += 1) expect([department, await writeService(contextOf(card), { ...service, department }).then(code)]).toEqual([department, 'ok']);
    expect(await writeService(contextOf(card), { ...service, department: 13 }).then(failure)).toEqual(['SERVICE_SLOTS_FULL', undefined]);
    expect([card.terminal.updates.size, card.reader.log.some(({ command }) => command[1] === ins.putData)]).toEqual([0, false]);
    expect(await writeService(contextOf(card), { ...service, department: 12, state: '办结' })).toMatchObject({ ok: true, value: { counter: 13 } });
    expect(await verdict(card)).toEqual(['valid', 'chain-and-digests']);
  });

  it('is refused when the object outgrows its slot, and while the endorsement is overdue', async () => {
    const card = await issuedCard();
    // A delegation that names many areas goes into each object.
    card.terminal.prefixes = Array.from({ length: 60 }, (_, i) => String(330_300 + i));
    expect(await served(contextOf(card)).then(failure)).toEqual(['INPUT_INVALID', 'services too long']);
    expect([card.terminal.updates.size, card.reader.log.some(({ command }) => command[1] === ins.putData)]).toEqual([0, false]);
    expect(await served(contextOf(await issuedCard(issuedOn.overdue))).then(failure)).toEqual(['STATE_NOT_ALLOWED', 'endorsement-overdue']);
  });

  it.each<readonly [string, (access: MemoryTerminal['access']) => void, string, string | undefined]>([
    ['another department', (access) => (access.own = [8]), 'ACCESS_RIGHT_MISSING', 'service 7'],
    ['no department', (access) => (access.own = []), 'ACCESS_RIGHT_MISSING', 'service 7'],
    ['another right', (access) => (access.rightsHeld = ['inspect', 'endorse', 'manage', 'kiosk']), 'ACCESS_RIGHT_MISSING', 'service'],
    ['no certificate', (access) => (access.missing = true), 'ACCESS_CERTIFICATE_MISSING', undefined],
  ])('by a terminal of %s: refused before the card is touched', async (_, change, expected, detail) => {
    const card = await issuedCard();
    change(card.terminal.access);
    expect(await served(contextOf(card)).then(failure)).toEqual([expected, detail]);
    expect([card.reader.log, card.terminal.updates.size]).toEqual([[], 0]);
  });

  it('by a terminal of its department alone: that slot and no other', async () => {
    const card = await issuedCard();
    expect(await writeService(contextOf(card), { ...service, department: 9 }).then(code)).toBe('ok');
    card.terminal.access.own = [7];
    card.terminal.access.rightsHeld = ['service'];
    expect(await served(contextOf(card))).toMatchObject({ ok: true, value: { counter: 2 } });
    card.terminal.access.rightsHeld = everyRight;
    const read = await readPermit(contextOf(card));
    expect(read.ok && read.value.contents?.services.map(({ department }) => department)).toEqual([7, 9]);
  });
});

describe.each([['endorse', endorse], ['move', moved], ['service', served]] as const)('%s is not for', (_, update) => {
  it.each<readonly [string, (card: IssuedCard) => void, string, string | undefined]>([
    ['a suspended permit', ({ terminal, value }) => terminal.statuses.set(value.statusIndex, 2), 'STATE_NOT_ALLOWED', 'listed-suspended'],
    ['a cancelled one', ({ terminal, value }) => terminal.statuses.set(value.statusIndex, 1), 'STATE_NOT_ALLOWED', 'listed-cancelled'],
    ['one that is not confirmed', ({ terminal, value }) => terminal.statuses.set(value.statusIndex, 3), 'STATE_NOT_ALLOWED', 'not-confirmed'],
    ['a copy', ({ reader }) => (reader.card.faults = { clone: 'other-key' }), 'STATE_NOT_ALLOWED', 'chip-answer-wrong'],
    ['a chip that refuses', ({ reader }) => (reader.card.faults = { clone: 'refuses' }), 'STATE_NOT_ALLOWED', 'chip-refused'],
    ['a silent chip', ({ reader }) => (reader.card.faults = { silent: { at: 3 } }), 'CARD_SILENT', 'chip-silent'],
    ['a stale list', ({ terminal }) => (terminal.statusListIssuedAt = noon - 8 * 86_400), 'STATUS_LIST_STALE', 'status-list-stale'],
    ['no list', ({ terminal }) => (terminal.statusListIssuedAt = undefined), 'STATUS_LIST_MISSING', 'status-list-missing'],
    ['a wrong clock', ({ terminal }) => (terminal.clockTrusted = false), 'CLOCK_WRONG', undefined],
    ['no delegation in force', ({ terminal }) => (terminal.delegationDays = [-10, -1]), 'DELEGATION_EXPIRED', undefined],
    ['a blocked terminal', ({ terminal }) => (terminal.blocked = true), 'TERMINAL_BLOCKED', undefined],
  ])('%s', async (__, spoil, expected, detail) => {
    const card = await issuedCard();
    spoil(card);
    expect(await update(contextOf(card)).then(failure)).toEqual([expected, detail]);
    expect([card.terminal.records.length, card.terminal.updates.size]).toEqual([0, 0]);
  });

  it('a card that was set back whole, counters and all, once this terminal has seen more of it', async () => {
    const card = await issuedCard();
    const before = card.reader.card.image();
    expect(code(await update(contextOf(card)))).toBe('ok');
    const old: IssuedCard = { ...card, reader: cardOf(before) };
    const { verdict: judged } = await verifyPermit(contextOf(old)).then((outcome) => (outcome.ok ? outcome.value : { verdict: undefined }));
    expect(judged?.lines.find(({ check }) => check === 'counters')).toEqual({ check: 'counters', result: 'rolled-back', reason: 'older-than-known', code: 'CARD_IMAGE_OLD' });
    expect(await update(contextOf(old)).then(failure)).toEqual(['CARD_IMAGE_OLD', 'older-than-known']);
    // The card itself cannot show it: a terminal that never saw more takes it for what it says.
    old.terminal.known.clear();
    expect(await verdict(old)).toEqual(['valid', 'chain-and-digests']);
  });
});
