import { describe, expect, it } from 'vitest';
import type { CapturedRecord, Outcome } from '../../src/contract/index.js';
import { dateInChina, permitNumber, type PermitFile } from '../../src/permit/index.js';
import { CounterDesk, type Terminal } from '../../src/service/index.js';
import { openApplications } from '../../src/service/open-applications.js';
import { applicant } from '../workflows/fixtures.js';
import { start } from '../outbox/fixture.js';
import { enrolled, entry, passwordOf, pullOperators, reopen } from './fixture.js';

const number = permitNumber({ division6: '330302', year: 2026, kind: 1, sequence: 7 });
const codeOf = (outcome: Outcome<unknown>): string => (outcome.ok ? 'ok' : outcome.code);
const today = dateInChina(start);
const person = { ...applicant(), residence: { ...applicant().residence, since: today }, registeredOn: today };
const types = (terminal: Terminal): string[] => terminal.outbox.pending(100).map(({ type }) => type);

describe('at a terminal without operators', () => {
  it('somebody must be named', async () => {
    const terminal = reopen(enrolled());
    const desk = new CounterDesk(terminal);
    expect(codeOf(await desk.register(person))).toBe('SIGN_IN_REQUIRED');
    expect(codeOf(await desk.register(person, ' '))).toBe('SIGN_IN_REQUIRED');
    expect(codeOf(await desk.register(person, 'W-017'))).toBe('ok');
    expect(types(terminal)).toEqual(['registration']);
  });

  it('open applications last over a restart, go on, and are gone when they are refused', async () => {
    const at = enrolled();
    const before = reopen(at);
    const accepted = await new CounterDesk(before).accept({ application: person, purpose: 'first', missingPapers: ['lease'] }, 'W-017');
    if (!accepted.ok) throw new Error(accepted.code);
    const { receipt } = accepted.value;
    await before.close();
    const desk = new CounterDesk(reopen(at));
    expect(desk.applications()).toMatchObject([{ receipt, application: { name: person.name }, file: { state: 'accepted', missingPapers: ['lease'] } }]);
    expect(codeOf(await desk.supplement(receipt, [], 'W-017'))).toBe('ok');
    expect(codeOf(await desk.review('S20260101-00000000', 'approved', undefined, 'W-017'))).toBe('APPLICATION_UNKNOWN');
    expect(codeOf(await desk.review("S' or 1=1", 'approved', undefined, 'W-017'))).toBe('APPLICATION_UNKNOWN');
    expect(codeOf(await desk.review(receipt, 'refused', '材料不实', 'W-017'))).toBe('ok');
    expect(desk.applications()).toEqual([]);
  });

  it('another card is accepted only where the platform says what the permit is', async () => {
    const desk = new CounterDesk(reopen(enrolled()));
    // Nobody answers at this platform, and nothing was pulled.
    expect(codeOf(await desk.accept({ application: person, purpose: 'damaged', missingPapers: [], permitNumber: number }, 'W-017'))).toBe('PERMIT_FACTS_MISSING');
  });

  it('a loss is taken off-line as well', async () => {
    const terminal = reopen(enrolled());
    const lost = { permitNumber: number, status: 1, reason: 'lost', approvedBy: 'S-002' } as const;
    expect(codeOf(await new CounterDesk(terminal).changeStatus(lost, 'W-017'))).toBe('ok');
    expect(types(terminal)).toEqual(['revocation']);
  });
});

describe("the day's books", () => {
  const issued = { type: 'spoiled', serial: '575a0000000000000001', reason: 'torn', by: 'W-017', at: start } as const satisfies CapturedRecord;

  it('count fees and blanks of the day in China, stay when the records have left, and carry the closing over', async () => {
    const at = enrolled();
    let now = start;
    const terminal = reopen(at, { clock: () => now });
    const desk = new CounterDesk(terminal);
    terminal.outbox.enqueue(issued);
    expect((await desk.takeFee(number, 'damaged', 'W-017')).ok).toBe(true);
    expect((await desk.takeFee(number, 'lost', 'W-017')).ok).toBe(true);
    expect(desk.books()).toMatchObject({ fees: { count: 2, fen: 4_000 }, blanks: { opening: 0, received: 1, issued: 0, spoiled: 1 }, expected: 0 });
    expect(codeOf(await desk.closeDay({ fen: 4_000, blanks: 1 }, undefined, 'W-017'))).toBe('STOCK_DIFFERS');
    expect(codeOf(await desk.closeDay({ fen: 4_000, blanks: 1 }, 'S-002', 'W-017'))).toBe('ok');
    now += 86_400;
    // A blank that was counted and is not in the books stands as the opening of the next day.
    expect(desk.books()).toMatchObject({ fees: { count: 0, fen: 0 }, blanks: { opening: 1, spoiled: 0 } });
  });
});

describe("a day that nobody closed", () => {
  const spoiled = (serial: string, at: number): CapturedRecord => ({ type: 'spoiled', serial, reason: 'torn', by: 'W-017', at });
  const shelf = (terminal: Terminal, count: number): void =>
    terminal.outbox.keySets.replace(Array.from({ length: count }, (_, n) => ({ serial: new Uint8Array([...new Uint8Array(9), n]), keyVersion: 1, enc: new Uint8Array(16), mac: new Uint8Array(16), dek: new Uint8Array(16) })));

  it('does not make blanks missing: what was used since the last closing is no opening of today', async () => {
    let now = start;
    const terminal = reopen(enrolled(), { clock: () => now });
    const desk = new CounterDesk(terminal);
    shelf(terminal, 10);
    expect(desk.books()).toMatchObject({ blanks: { opening: 0, received: 10 }, expected: 10 });
    expect(codeOf(await desk.closeDay({ fen: 0, blanks: 10 }, undefined, 'W-017'))).toBe('ok');
    const use = (n: number): void => {
      const serial = n.toString(16).padStart(20, '0');
      terminal.outbox.journal.put({ serial, state: 'reserved', permitNumber: number, statusIndex: 1, sodHash: '', payload: new Uint8Array(1), startedAt: now });
      terminal.outbox.journal.spoil(serial, spoiled(serial, now));
    };
    // One more on the same day after the closing, and two on the next one, which nobody closes.
    use(0);
    now += 86_400;
    use(1);
    use(2);
    now += 86_400;
    expect(desk.books()).toMatchObject({ blanks: { opening: 7, received: 0, issued: 0, spoiled: 0 }, expected: 7 });
    use(3);
    expect(desk.books()).toMatchObject({ blanks: { opening: 7, received: 0, spoiled: 1 }, expected: 6 });
    expect(codeOf(await desk.closeDay({ fen: 0, blanks: 6 }, undefined, 'W-017'))).toBe('ok');
    // After a year nobody counts through what the books have forgotten.
    now += 400 * 86_400;
    expect(desk.books()).toMatchObject({ blanks: { opening: 6, received: 0 }, expected: 6 });
  });

  it('is not closed by a count of other books', async () => {
    const desk = new CounterDesk(reopen(enrolled()));
    const seen = desk.books();
    expect((await desk.takeFee(number, 'lost', 'W-017')).ok).toBe(true);
    expect(codeOf(await desk.closeDay({ fen: 100, blanks: 0 }, 'S-002', 'W-017', seen))).toBe('FEES_DIFFER');
    expect(codeOf(await desk.closeDay({ fen: 0, blanks: 0 }, 'S-002', 'W-017', { ...desk.books(), day: '2026-01-01' }))).toBe('FEES_DIFFER');
    expect(codeOf(await desk.closeDay({ fen: 2_000, blanks: 0 }, undefined, 'W-017', desk.books()))).toBe('ok');
  });
});

describe('a card that waits for its holder', () => {
  const serial = '575a0000000000000009';
  const waiting = (terminal: Terminal, receipt: string, file: Partial<PermitFile> = {}): void =>
    openApplications(terminal.outbox, terminal.clock).put({
      receipt, application: person, permitNumber: number, photo: new Uint8Array(3), made: { serial, permitNumber: number, can: '123456' },
      file: { state: 'made', kind: 1, issuedOn: today, madeOn: today, missingPapers: [], purpose: 'damaged', oldCard: 'returned', ...file },
    });
  const handed = { permitNumber: number, serial, receivedBy: 'holder', oldCard: 'none' } as const;
  const receipt = 'S20260101-00000001';

  it('is handed over once, also where the process died between the record and the end of the application, or two runs ask', async () => {
    const terminal = reopen(enrolled());
    const desk = new CounterDesk(terminal);
    waiting(terminal, receipt);
    const both = await Promise.all([desk.handOver(handed, 'W-017'), desk.handOver(handed, 'W-017')]);
    expect(both.map(codeOf)).toEqual(['ok', 'ok']);
    expect(codeOf(await desk.handOver(handed, 'W-017'))).toBe('STATE_NOT_ALLOWED');
    waiting(terminal, receipt);
    expect(codeOf(await desk.handOver(handed, 'W-017'))).toBe('ok');
    expect(desk.applications()).toEqual([]);
    expect(types(terminal)).toEqual(['hand-over']);
    expect(desk.books()).toMatchObject({ handedOver: 1 });
  });

  it('costs its fee once, by what it was accepted for', async () => {
    const terminal = reopen(enrolled());
    const desk = new CounterDesk(terminal);
    waiting(terminal, receipt);
    const first = await desk.takeFee(number, 'damaged', 'W-017');
    const again = await desk.takeFee(number, 'damaged', 'W-017');
    if (!first.ok || !again.ok) throw new Error('a fee');
    expect(again.value).toEqual({ seq: 0, receipt: first.value.receipt, fen: 2_000 });
    expect(desk.books()).toMatchObject({ fees: { count: 1, fen: 2_000 } });
    const other = permitNumber({ division6: '330302', year: 2026, kind: 1, sequence: 8 });
    openApplications(terminal.outbox, terminal.clock).put({ receipt: 'S20260101-00000002', application: person, permitNumber: other, file: { state: 'made', missingPapers: [], purpose: 'correction' } });
    expect(codeOf(await desk.takeFee(other, 'damaged', 'W-017'))).toBe('INPUT_INVALID');
  });

  it.each([
    ['cancelled', { status: 1, reason: 'left' }, {}, 0],
    ['lost before anybody had it', { status: 1, reason: 'lost' }, { oldCard: undefined }, 0],
    ['waiting still when the old one is lost', { status: 1, reason: 'lost' }, { oldCard: 'out' }, 1],
  ] as const)('is %s: the list knows it', async (_, change, file, left) => {
    const terminal = reopen(enrolled());
    const desk = new CounterDesk(terminal);
    waiting(terminal, receipt, file as Partial<PermitFile>);
    expect(codeOf(await desk.changeStatus({ permitNumber: number, ...change, approvedBy: 'S-002' }, 'W-017'))).toBe('ok');
    expect(desk.applications()).toHaveLength(left);
    if (left > 0) expect(desk.applications()).toMatchObject([{ file: { state: 'made', oldCard: 'lost', purpose: 'lost' } }]);
  });
});

describe('at a terminal with operators', () => {
  it('each step asks for its right, and what is boxed is read by nobody who did not sign in', async () => {
    const terminal = reopen(enrolled());
    await pullOperators(terminal, [await entry('w1', 'operator'), await entry('o1', 'officer')]);
    await terminal.signOut();
    const desk = new CounterDesk(terminal);
    expect(codeOf(await desk.register(person, 'w1'))).toBe('SIGN_IN_REQUIRED');
    expect(() => desk.applications()).toThrow(expect.objectContaining({ code: 'SIGN_IN_REQUIRED' }));
    expect((await terminal.signIn('w1', passwordOf('w1'))).ok).toBe(true);
    expect(codeOf(await desk.register(person))).toBe('ok');
    expect((await terminal.signIn('o1', passwordOf('o1'))).ok).toBe(true);
    expect(codeOf(await desk.register(person))).toBe('ROLE_REQUIRED');
    expect(codeOf(await desk.returnCard({ permitNumber: number, reason: 'seized' }))).toBe('ok');
    expect(types(terminal)).toEqual(['registration', 'card-return']);
  });
});
