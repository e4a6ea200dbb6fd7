import { describe, expect, it } from 'vitest';
import { capturedRecord, type Outcome } from '../../src/contract/index.js';
import { decodeEndorsement, decodePermit, parseSigned, permitTyp } from '../../src/permit/index.js';
import { issuePermit, readPermit, renewEndorsement, replacePermit, verifyPermit, type Issued, type Replacement } from '../../src/workflows/index.js';
import { CardInReader, applicant, blank, noon, serialOf, today } from './fixtures.js';
import { issuedCard, issuedOn, photo, type IssuedCard } from './issued-card.js';

const failure = (outcome: Outcome<unknown>): unknown => (outcome.ok ? 'ok' : [outcome.code, outcome.detail]);
/** A move since the issue is no obstacle: the residence of another card is of the day it is made. */
const movedSince = { ...applicant(), residence: { ...applicant().residence, division: '330383198002', since: '2026-10-01' } };

/** The card of a permit, and a second blank beside it. */
async function withBlank(issued: string = issuedOn.due): Promise<IssuedCard & { readonly fresh: CardInReader; readonly damaged: Replacement }> {
  const card = await issuedCard(issued);
  card.terminal.allot(serialOf(2));
  const damaged: Replacement = { permitNumber: card.value.permitNumber, reason: 'damaged', issued, oldCard: 'returned', by: 'op-1' };
  return { ...card, fresh: new CardInReader(blank(2)), damaged };
}
const replaced = ({ terminal, fresh }: { terminal: IssuedCard['terminal']; fresh: CardInReader }, replacement: Replacement, person: unknown = movedSince): Promise<Outcome<Issued>> =>
  replacePermit(terminal.context(fresh.insert()), person, photo, replacement, { receipt: 'R-1' });

describe('another card of a permit', () => {
  it('for a damaged one: same number and day of issue, an index of its own, the old card returned', async () => {
    const card = await withBlank();
    const outcome = await replaced(card, card.damaged);
    expect(outcome).toMatchObject({ ok: true, value: { permitNumber: card.value.permitNumber, statusIndex: 1501, resumed: false, seq: 1 } });
    expect(card.terminal.records.map((record) => capturedRecord.safeParse(record).success)).toEqual([true, true]);
    expect(card.terminal.records).toMatchObject([
      { type: 'issue', permitNumber: card.value.permitNumber, statusIndex: 1501, replaces: 'damaged', by: 'op-1', receipt: 'R-1' },
      { type: 'card-return', permitNumber: card.value.permitNumber, reason: 'replaced', by: 'op-1', at: noon },
    ]);
    const [record] = card.terminal.records;
    expect(record?.type === 'issue' && [record.endorsement, decodePermit(record.permit)]).toMatchObject([undefined, { issued: issuedOn.due, authority: '龙港市公安局' }]);
    expect([card.terminal.sequence, card.terminal.indexes, card.terminal.journal.size, card.terminal.keySets.size]).toEqual([1, 1, 0, 0]);
    const read = await readPermit(card.terminal.context(card.fresh.insert()));
    expect(read).toMatchObject({ ok: true, value: { verdict: { result: 'valid' }, contents: { residence: { division: '330383198002', counter: 1 } } } });
    // The platform lists the old card when it takes the record.
    card.terminal.statuses.set(card.value.statusIndex, 1);
    expect(await verifyPermit(card.terminal.context(card.reader.insert()))).toMatchObject({ ok: true, value: { verdict: { result: 'revoked' } } });
  });

  it.each([
    ['in force', { goodUntil: '2027-12-10', yearsCountFrom: '2026-01-15' }, 'valid', today],
    ['overdue: suspended as the old card was', { goodUntil: '2026-11-10' }, 'suspended', '2026-11-10'],
  ])('carries the newest endorsement over (%s)', async (_, dates, result, endorsedOn) => {
    const card = await withBlank();
    expect(failure(await replaced(card, { ...card.damaged, ...dates }))).toBe('ok');
    const [record] = card.terminal.records;
    if (record?.type !== 'issue' || record.endorsement === undefined) throw new Error('no endorsement');
    expect(decodeEndorsement(parseSigned(record.endorsement, permitTyp.endorsement).payload)).toMatchObject({ ...dates, counter: 1, endorsedOn, permitNumber: card.value.permitNumber });
    expect(await verifyPermit(card.terminal.context(card.fresh.insert()))).toMatchObject({ ok: true, value: { verdict: { result } } });
  });

  it('is endorsed itself when its time comes', async () => {
    const card = await withBlank();
    expect(failure(await replaced(card, { ...card.damaged, goodUntil: '2026-12-10' }))).toBe('ok');
    expect(await renewEndorsement(card.terminal.context(card.fresh.insert()), { by: 'op-1' })).toMatchObject({ ok: true, value: { counter: 2 } });
  });

  it('for a lost one: nothing came back', async () => {
    const card = await withBlank();
    expect(failure(await replaced(card, { ...card.damaged, reason: 'lost', oldCard: 'lost' }))).toBe('ok');
    expect(card.terminal.records.map(({ type }) => type)).toEqual(['issue']);
  });

  it('corrects a mistake of the same day, by two people', async () => {
    const card = await withBlank(today);
    const correction: Replacement = { ...card.damaged, reason: 'correction', approvedBy: 'sup-1' };
    const right = { ...applicant(), name: '林某' };
    for (const approvedBy of ['', 'op-1']) expect(failure(await replaced(card, { ...correction, approvedBy }, right))).toEqual(['APPROVAL_REQUIRED', undefined]);
    expect(failure(await replaced(card, { ...correction, oldCard: 'lost' }, right))).toEqual(['OLD_CARD_REQUIRED', 'oldCard']);
    expect(card.terminal.records).toEqual([]);
    expect(failure(await replaced(card, correction, right))).toBe('ok');
    expect(card.terminal.records).toMatchObject([{ type: 'issue', replaces: 'correction', application: right }, { type: 'card-return', reason: 'correction' }]);
    const other = await withBlank();
    const late: Replacement = { ...other.damaged, reason: 'correction', approvedBy: 'sup-1' };
    for (const made of [{}, { madeOn: '2026-11-23' }]) expect(failure(await replaced(other, { ...late, ...made }))).toEqual(['CORRECTION_TOO_LATE', undefined]);
    // A card of an older permit, made today and wrong.
    expect(failure(await replaced(other, { ...late, madeOn: today }))).toBe('ok');
  });

  it('keeps the end of a permit of the 2009 rules, or exchanges it for one of today', async () => {
    const old = await withBlank();
    const issued = '2018-01-01';
    expect(failure(await replaced(old, { ...old.damaged, issued, expires: '2027-01-01' }))).toBe('ok');
    const [record] = old.terminal.records;
    expect(record?.type === 'issue' && decodePermit(record.permit)).toMatchObject({ issued, expires: '2027-01-01' });
    const exchanged = await withBlank();
    expect(failure(await replaced(exchanged, { ...exchanged.damaged, reason: 'exchange', issued, expires: '2027-01-01' }))).toBe('ok');
    const [issue] = exchanged.terminal.records;
    const permit = issue?.type === 'issue' ? decodePermit(issue.permit) : undefined;
    expect([permit?.issued, permit?.expires, permit?.number]).toEqual([today, undefined, exchanged.value.permitNumber]);
    // Without a fixed end there is no new term to begin.
    const same = await withBlank();
    expect(failure(await replaced(same, { ...same.damaged, reason: 'exchange', goodUntil: '2027-12-10' }))).toBe('ok');
    const [kept] = same.terminal.records;
    expect(kept?.type === 'issue' && [decodePermit(kept.permit).issued, kept.endorsement === undefined]).toEqual([issuedOn.due, false]);
  });

  it.each<readonly [string, Partial<Replacement>, string, string | undefined]>([
    ['a damaged card that is not there', { oldCard: 'lost' }, 'OLD_CARD_REQUIRED', 'oldCard'],
    ['a lost card that is there', { reason: 'lost' }, 'INPUT_INVALID', 'oldCard'],
    ['a number with a typing error', { permitNumber: '330302202510000010' }, 'INPUT_INVALID', 'replaces.permitNumber'],
    ['an issue in the future', { issued: '2026-11-25' }, 'DATE_IMPOSSIBLE', 'replaces.issued'],
    ['an endorsement before the issue', { goodUntil: '2024-01-01' }, 'DATE_IMPOSSIBLE', 'replaces.goodUntil'],
    ['years that count from tomorrow', { goodUntil: '2027-12-10', yearsCountFrom: '2026-11-25' }, 'DATE_IMPOSSIBLE', 'replaces.yearsCountFrom'],
    ['a permit whose end has passed', { expires: '2026-11-23' }, 'STATE_NOT_ALLOWED', 'permit-expired'],
    ['nobody who does it', { by: ' ' }, 'INPUT_INVALID', 'by'],
  ])('%s is refused before the blank is touched', async (_, over, expected, detail) => {
    const card = await withBlank();
    expect(failure(await replaced(card, { ...card.damaged, ...over }))).toEqual([expected, detail]);
    expect([card.fresh.log.length, card.terminal.indexes, card.terminal.journal.size, card.terminal.records.length]).toEqual([0, 0, 0, 0]);
  });

  it('another kind of permit is none of this number; without an index left there is no card', async () => {
    const card = await withBlank();
    expect(failure(await replaced(card, card.damaged, { ...applicant(), kind: 'temporary' }))).toEqual(['INPUT_INVALID', 'kind']);
    card.terminal.indexesLeft = 0;
    expect(failure(await replaced(card, card.damaged))).toEqual(['NUMBERS_EXHAUSTED', undefined]);
    expect(card.terminal.journal.size).toBe(0);
  });

  it('a blank begun for a replacement is not finished as a first card', async () => {
    const card = await withBlank();
    card.fresh.card.faults = { tearAtApdu: { at: 7, when: 'after' } };
    expect(failure(await replaced(card, card.damaged))).toEqual(['CARD_REMOVED', undefined]);
    expect(failure(await issuePermit(card.terminal.context(card.fresh.insert()), movedSince, photo))).toEqual(['CARD_OTHER_APPLICATION', undefined]);
    expect(await replaced(card, card.damaged)).toMatchObject({ ok: true, value: { resumed: true, permitNumber: card.value.permitNumber } });
  });
});
