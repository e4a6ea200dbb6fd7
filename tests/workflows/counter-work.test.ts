import { describe, expect, it } from 'vitest';
import { CodedError, capturedRecord, defaultRules, type CapturedRecord } from '../../src/contract/index.js';
import { addDays, permitNumber, type PermitFile } from '../../src/permit/index.js';
import {
  acceptApplication,
  blanksExpected,
  changeStatus,
  closeDay,
  handOver,
  registerResident,
  returnCard,
  reviewApplication,
  slipNumber,
  supplementPapers,
  takeFee,
  type CounterContext,
  type OpenApplication,
} from '../../src/workflows/index.js';
import { applicant, jpegOf, noon, today } from './fixtures.js';

const number = permitNumber({ division6: '330302', year: 2026, kind: 1, sequence: 1 });
const wrongNumber = `${number.slice(0, 17)}${(Number(number.at(-1)) + 1) % 10}`;
const photo = jpegOf(2_000);
const active: PermitFile = { state: 'active', kind: 1, issuedOn: '2026-06-01', missingPapers: [] };

const counter = (by = 'W-017') => {
  const records: CapturedRecord[] = [];
  const applications = new Map<string, OpenApplication>();
  const ctx: CounterContext = {
    outbox: { enqueue: (record) => records.push(capturedRecord.parse(record)) },
    clock: { now: () => noon, trustworthy: () => true },
    open: {
      get: (receipt) => applications.get(receipt),
      list: () => [...applications.values()],
      put: (open) => void applications.set(open.receipt, open),
      delete: (receipt) => void applications.delete(receipt),
    },
    rules: defaultRules,
    by,
  };
  return { ctx, records, applications };
};

describe('registration', () => {
  it('gives a voucher and no card, to a child as well', async () => {
    const { ctx, records } = counter();
    const registered = await registerResident(ctx, { ...applicant(), grounds: [] });
    expect(registered).toMatchObject({ ok: true, value: { seq: 1 } });
    expect(records).toMatchObject([{ type: 'registration', by: 'W-017', at: noon }]);
  });

  it.each([
    [{ name: '' }, 'INPUT_INVALID'],
    [{ idNumber: '330302199001011111' }, 'ID_NUMBER_CHECK'],
    [{ registeredOn: addDays(today, 1) }, 'DATE_IMPOSSIBLE'],
  ])('refuses %j and records nothing', async (wrong, code) => {
    const { ctx, records } = counter();
    expect(await registerResident(ctx, { ...applicant(), ...wrong })).toMatchObject({ ok: false, code });
    expect(records).toEqual([]);
  });
});

describe('an application', () => {
  it('is accepted with a receipt and its last day, completed, approved', async () => {
    const { ctx, records, applications } = counter();
    const accepted = await acceptApplication(ctx, { application: applicant(), purpose: 'first', missingPapers: ['photo', 'lease'] });
    expect(accepted).toMatchObject({ ok: true, value: { dueOn: addDays(today, 15), missingPapers: ['photo', 'lease'], feeFen: 0 } });
    if (!accepted.ok) return;
    const { receipt } = accepted.value;
    expect(await reviewApplication(ctx, receipt, 'approved')).toMatchObject({ ok: false, code: 'PAPERS_MISSING' });
    expect((await supplementPapers(ctx, receipt, ['lease'])).ok).toBe(true);
    expect((await supplementPapers(ctx, receipt, [])).ok).toBe(true);
    expect((await reviewApplication(ctx, receipt, 'approved')).ok).toBe(true);
    expect(applications.get(receipt)?.file.state).toBe('approved');
    expect(records.map(({ type }) => type)).toEqual(['acceptance', 'supplement', 'supplement', 'review']);
  });

  it('says in its record why somebody of the same number is another person, and nothing where nobody was found', async () => {
    const { ctx, records } = counter();
    await acceptApplication(ctx, { application: applicant(), purpose: 'first', missingPapers: [], distinctReason: '号码录入有误，本人另有其人' });
    await acceptApplication(ctx, { application: applicant(), purpose: 'first', missingPapers: [] });
    expect(records[0]).toMatchObject({ type: 'acceptance', distinctReason: '号码录入有误，本人另有其人' });
    expect(records[1]).not.toHaveProperty('distinctReason');
  });

  it('is told what is missing once: a second notice with another paper is refused', async () => {
    const { ctx, records } = counter();
    const accepted = await acceptApplication(ctx, { application: applicant(), purpose: 'first', missingPapers: ['photo'] });
    if (!accepted.ok) throw new Error(accepted.code);
    expect((await supplementPapers(ctx, accepted.value.receipt, ['photo', 'lease'])).ok).toBe(false);
    expect(records).toHaveLength(1);
  });

  it('is refused with a written reason only, and is open no more', async () => {
    const { ctx, records, applications } = counter();
    const accepted = await acceptApplication(ctx, { application: applicant(), purpose: 'first', missingPapers: [] });
    if (!accepted.ok) throw new Error(accepted.code);
    const { receipt } = accepted.value;
    for (const blank of [undefined, '', '  ']) expect(await reviewApplication(ctx, receipt, 'refused', blank)).toMatchObject({ ok: false, code: 'REASON_REQUIRED' });
    expect((await reviewApplication(ctx, receipt, 'refused', '居住未满半年')).ok).toBe(true);
    expect(applications.size).toBe(0);
    expect(await reviewApplication(ctx, receipt, 'approved')).toMatchObject({ ok: false, code: 'APPLICATION_UNKNOWN' });
    expect(records.map(({ type }) => type)).toEqual(['acceptance', 'review']);
  });

  it('is not approved where no card could be made of it: approved it could be refused no more', async () => {
    const { ctx, records, applications } = counter();
    const tooEarly = { ...applicant(), registeredOn: addDays(today, -30), residence: { ...applicant().residence, since: addDays(today, -30) }, grounds: [] };
    const accepted = await acceptApplication(ctx, { application: tooEarly, purpose: 'first', missingPapers: [] });
    if (!accepted.ok) throw new Error(accepted.code);
    const { receipt } = accepted.value;
    expect(await reviewApplication(ctx, receipt, 'approved')).toMatchObject({ ok: false, code: 'NOT_ELIGIBLE', detail: 'registered-6-months,ground' });
    expect(applications.get(receipt)?.file.state).toBe('accepted');
    expect((await reviewApplication(ctx, receipt, 'refused', '居住未满半年')).ok).toBe(true);
    expect(records.map(({ type }) => type)).toEqual(['acceptance', 'review']);
  });

  it('keeps a photo that came with the papers before the record says so', async () => {
    const { ctx, applications } = counter();
    const accepted = await acceptApplication(ctx, { application: applicant(), purpose: 'first', missingPapers: ['photo'] });
    if (!accepted.ok) throw new Error(accepted.code);
    const { receipt } = accepted.value;
    const dying: CounterContext = { ...ctx, outbox: { enqueue: () => { throw new CodedError('DISK_FULL'); } } };
    expect(await supplementPapers(dying, receipt, [], photo)).toMatchObject({ ok: false, code: 'DISK_FULL' });
    expect(applications.get(receipt)).toMatchObject({ photo, file: { missingPapers: ['photo'] } });
  });

  it('of another card keeps the kind that its number says', async () => {
    const asked = { application: { ...applicant(), kind: 'temporary' }, purpose: 'damaged', missingPapers: [], permit: { permitNumber: number, file: active } } as const;
    expect(await acceptApplication(counter().ctx, asked)).toMatchObject({ ok: false, code: 'INPUT_INVALID', detail: 'kind' });
  });

  it('for another card needs the permit, says its price, and hands the old card over', async () => {
    const { ctx } = counter();
    const asked = { application: applicant(), purpose: 'damaged', missingPapers: [] } as const;
    expect(await acceptApplication(ctx, asked)).toMatchObject({ ok: false, code: 'PERMIT_FACTS_MISSING' });
    expect(await acceptApplication(ctx, { ...asked, permit: { permitNumber: number, file: active } })).toMatchObject({ ok: true, value: { feeFen: 2_000 } });
    const ended = { ...active, state: 'ended', ended: 'left' } as const;
    expect(await acceptApplication(ctx, { ...asked, permit: { permitNumber: number, file: ended } })).toMatchObject({ ok: false, code: 'STATE_NOT_ALLOWED' });
    const made: PermitFile = { ...active, state: 'made', purpose: 'damaged', oldCard: 'out', madeOn: today };
    const handed = { permitNumber: number, serial: '575a0000000000000001', receivedBy: 'holder' } as const;
    expect(await handOver(ctx, { ...handed, oldCard: 'none' }, made)).toMatchObject({ ok: false, code: 'OLD_CARD_REQUIRED' });
    expect((await handOver(ctx, { ...handed, oldCard: 'returned' }, made)).ok).toBe(true);
  });
});

describe('status, fees and cards', () => {
  it('needs two different people, a right number and a state that allows it', async () => {
    const { ctx, records } = counter();
    const lost = { permitNumber: number, status: 1, reason: 'lost', approvedBy: 'S-002' } as const;
    for (const approvedBy of ['', 'W-017', ' W-017 ']) expect(await changeStatus(ctx, { ...lost, approvedBy }, active)).toMatchObject({ code: 'APPROVAL_REQUIRED' });
    expect(await changeStatus(ctx, { ...lost, permitNumber: wrongNumber }, active)).toMatchObject({ code: 'PERMIT_UNKNOWN' });
    expect(await changeStatus(ctx, { ...lost, status: 0, reason: 'restored' }, active)).toMatchObject({ code: 'STATE_NOT_ALLOWED' });
    expect(records).toEqual([]);
    expect((await changeStatus(ctx, lost, active)).ok).toBe(true);
    expect((await changeStatus(ctx, lost, undefined)).ok).toBe(true);
    expect(records).toMatchObject([{ type: 'revocation', requestedBy: 'W-017', approvedBy: 'S-002' }, { type: 'revocation' }]);
  });

  it('takes a fee where the law allows one, and none elsewhere', async () => {
    const { ctx, records } = counter();
    expect(await takeFee(ctx, number, 'lost')).toMatchObject({ ok: true, value: { fen: 2_000 } });
    for (const free of ['first', 'correction', 'exchange'] as const) expect(await takeFee(ctx, number, free)).toMatchObject({ ok: false, code: 'INPUT_INVALID' });
    expect(await takeFee(ctx, wrongNumber, 'lost')).toMatchObject({ ok: false, code: 'PERMIT_UNKNOWN' });
    expect(records).toHaveLength(1);
  });

  it('accounts for a card that came back', async () => {
    const { ctx, records } = counter();
    expect(await returnCard(ctx, { reason: 'found' })).toMatchObject({ ok: false, code: 'INPUT_INVALID' });
    expect((await returnCard(ctx, { serial: '575a0000000000000001', reason: 'found' })).ok).toBe(true);
    expect(records).toMatchObject([{ type: 'card-return', reason: 'found' }]);
  });
});

describe("the day's end", () => {
  const books = { fees: { count: 2, fen: 4_000 }, blanks: { opening: 40, received: 10, issued: 11, spoiled: 1 } };

  it('closes when money and blanks agree with the books', async () => {
    const { ctx, records } = counter();
    expect(blanksExpected(books)).toBe(38);
    expect((await closeDay(ctx, books, { fen: 4_000, blanks: 38 })).ok).toBe(true);
    expect(records).toMatchObject([{ type: 'reconciliation', day: today, fees: { counted: 4_000 }, blanks: { counted: 38 } }]);
  });

  it.each([
    [{ fen: 2_000, blanks: 38 }, 'FEES_DIFFER', '-2000 fen'],
    [{ fen: 4_000, blanks: 37 }, 'STOCK_DIFFERS', '-1'],
  ])('names the difference of %j, and records it once another person has seen it', async (count, code, detail) => {
    const { ctx, records } = counter();
    expect(await closeDay(ctx, books, count)).toEqual({ ok: false, code, detail });
    expect(await closeDay(ctx, books, count, 'W-017')).toMatchObject({ ok: false, code });
    expect(records).toEqual([]);
    expect((await closeDay(ctx, books, count, 'S-002')).ok).toBe(true);
    expect(records).toMatchObject([{ fees: { counted: count.fen }, blanks: { counted: count.blanks } }]);
  });
});

it('numbers slips by kind, day and chance, in letters that nobody mistakes', () => {
  const numbers = Array.from({ length: 200 }, () => slipNumber('S', today));
  expect(new Set(numbers).size).toBe(200);
  for (const each of numbers) expect(each).toMatch(/^S20261124-[0-9A-HJKMNP-TV-Z]{8}$/);
});
