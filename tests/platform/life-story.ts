import type { CapturedRecord } from '../../src/contract/index.js';
import type { World } from './fixture.js';
import { person, type TestTerminal } from './terminal.js';

export const secondsOf = (day: string, hour = 10): number => Date.parse(`${day}T00:00:00Z`) / 1000 + hour * 3_600 - 8 * 3_600;

export interface Story {
  readonly permitNumber: string;
  readonly records: CapturedRecord[];
  readonly serials: readonly string[];
}

/**
 * The life of one permit with every type of record, in the order of time: registration, first card, endorsement, move, a damaged card, a lost one, a
 * suspension and its end, cancellation; and the books of the counter. Leaves the world's clock at its end.
 */
export const lifeStory = async (world: World, terminal: TestTerminal, serials: readonly string[], n = 1): Promise<Story> => {
  const by = { by: 'op-1' } as const;
  const records: CapturedRecord[] = [];
  const first = '2026-11-24';
  let hour = 9;
  let day = first;
  const at = (): number => {
    hour += 0.01;
    world.clock.now = Math.floor(secondsOf(day, hour));
    return world.clock.now;
  };
  const on = async (date: string): Promise<void> => {
    [day, hour] = [date, 9];
    at();
    await terminal.certify();
  };
  const [one = '', two = '', three = '', spoiled = ''] = serials;
  await on(first);
  const issued = terminal.issueRecord(person(n), one, { chip: 10 });
  const { permitNumber, application } = issued;
  const another = (serial: string, chip: number): typeof issued => terminal.issueRecord(person(n), serial, { number: permitNumber, chip });
  const decided = { requestedBy: 'op-1', approvedBy: 'op-2' } as const;

  records.push({ type: 'registration', voucher: `V${n}`, application, ...by, at: at() });
  records.push({ type: 'acceptance', receipt: `R${n}a`, purpose: 'first', application, missingPapers: ['lease'], dueOn: '2026-12-09', ...by, at: at() });
  records.push({ type: 'supplement', receipt: `R${n}a`, missingPapers: [], ...by, at: at() });
  records.push({ type: 'review', receipt: `R${n}a`, decision: 'approved', ...by, at: at() });
  records.push({ ...issued, receipt: `R${n}a`, issuedAt: at() });
  records.push({ type: 'hand-over', permitNumber, serial: one, receivedBy: 'holder', oldCard: 'none', ...by, at: at() });

  records.push({ type: 'pin', permitNumber, action: 'set', ...by, at: at() });

  await on('2027-11-01');
  records.push({ type: 'endorsement', permitNumber, serial: one, decision: 'endorsed', object: terminal.endorsement(permitNumber, '2027-11-01', '2028-11-24', 10), ...by, at: at() });
  records.push({ type: 'residence-change', permitNumber, object: terminal.residence(permitNumber, '虚构新路8号', '2027-10-25', 10), changedOn: '2027-10-25', late: false, ...by, at: at() });

  await on('2027-12-01');
  records.push({ type: 'acceptance', receipt: `R${n}b`, purpose: 'damaged', application, permitNumber, missingPapers: [], dueOn: '2027-12-10', ...by, at: at() });
  records.push({ type: 'review', receipt: `R${n}b`, decision: 'approved', ...by, at: at() });
  records.push({ type: 'fee', receipt: `R${n}b`, permitNumber, item: 'replacement', fen: 2_000, ...by, at: at() });
  records.push({ ...another(two, 20), replaces: 'damaged', receipt: `R${n}b`, issuedAt: at() });
  records.push({ type: 'hand-over', permitNumber, serial: two, receivedBy: 'agent', oldCard: 'returned', ...by, at: at() });
  records.push({ type: 'card-return', serial: one, reason: 'replaced', ...by, at: at() });
  records.push({ type: 'spoiled', serial: spoiled, reason: 'bent', ...by, at: at() });
  records.push({
    type: 'reconciliation',
    day: '2027-12-01',
    fees: { count: 1, fen: 2_000, counted: 2_000 },
    blanks: { opening: 4, received: 0, issued: 1, spoiled: 1, counted: 2 },
    ...by,
    at: at(),
  });

  await on('2028-01-10');
  records.push({ type: 'revocation', permitNumber, status: 1, reason: 'lost', ...decided, at: at() });
  const checkedAt = at();
  records.push({ type: 'verification', permitNumber, result: 'revoked', reason: 'status-cancelled', mode: 'police', access: 'inspect', purpose: 'control', place: '无名路口', by: 'op-77', at: checkedAt });
  records.push({ type: 'check-viewed', permitNumber, checkedAt, by: 'op-77', at: at() });
  records.push({ type: 'acceptance', receipt: `R${n}c`, purpose: 'lost', application, permitNumber, missingPapers: [], dueOn: '2028-01-20', ...by, at: at() });
  records.push({ type: 'review', receipt: `R${n}c`, decision: 'approved', ...by, at: at() });
  records.push({ ...another(three, 30), replaces: 'lost', receipt: `R${n}c`, issuedAt: at() });
  records.push({ type: 'hand-over', permitNumber, serial: three, receivedBy: 'holder', oldCard: 'lost', ...by, at: at() });

  await on('2028-02-01');
  records.push({ type: 'revocation', permitNumber, status: 2, reason: 'decision', ...decided, at: at() });
  await on('2028-03-01');
  records.push({ type: 'revocation', permitNumber, status: 0, reason: 'restored', ...decided, at: at() });
  await on('2028-04-01');
  records.push({ type: 'revocation', permitNumber, status: 1, reason: 'left', ...decided, at: at() });
  records.push({ type: 'card-return', permitNumber, serial: three, reason: 'cancelled', terminated: true, ...by, at: at() });
  return { permitNumber, records, serials: [one, two, three, spoiled] };
};
