import { describe, expect, it } from 'vitest';
import type { CapturedRecord, Outcome } from '../../src/contract/index.js';
import { dateInChina, permitNumber } from '../../src/permit/index.js';
import { CounterDesk, type Terminal } from '../../src/service/index.js';
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
