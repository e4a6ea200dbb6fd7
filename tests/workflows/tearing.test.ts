import { describe, expect, it } from 'vitest';
import type { CardFaults } from '../../src/emulator/index.js';
import { issuePermit, resumePermit, verifyPermit } from '../../src/workflows/index.js';
import { applicant, counter, jpegOf } from './fixtures.js';
import { sweep, sweepAll, sweepApdus, type Torn } from './sweep.js';

const photo = jpegOf(10_240);
type Resume = 'issue' | 'resume';

/**
 * One issue with a fault, the card put back, and what must hold then: right after the cut the card is void, or its permit is one that the journal or the outbox
 * knows; finished later, it carries the number that was taken first, and there is exactly one permit and one record.
 */
async function tear(faults: CardFaults, how: Resume, options: { forgets?: boolean; again?: CardFaults } = {}): Promise<Torn> {
  const { terminal, reader } = counter();
  terminal.forgets = options.forgets ?? false;
  const violations: string[] = [];
  reader.card.faults = faults;
  const first = await issuePermit(terminal.context(reader.insert()), applicant(), photo);
  if (first.ok) return { struck: false, violations };
  if (first.code !== 'CARD_REMOVED') violations.push(`torn as ${first.code}`);
  const reserved = [...terminal.journal.values()][0]?.permitNumber;
  if (options.again !== undefined) {
    reader.card.faults = options.again;
    await resumePermit(terminal.context(reader.insert()));
    reader.card.faults = {};
  }

  const between = await verifyPermit(terminal.context(reader.insert()));
  const isVoid = !between.ok && (between.code === 'CARD_BLANK' || between.code === 'CARD_VOID');
  const known = (number: string): boolean =>
    [...terminal.journal.values()].some((entry) => entry.permitNumber === number) || terminal.records.some((record) => record.type === 'issue' && record.permitNumber === number);
  if (!isVoid && !(between.ok && known(between.value.verdict.permitNumber ?? ''))) violations.push('neither void nor known');

  const begun = terminal.journal.size > 0;
  const registered = terminal.records.some((record) => record.type === 'issue');
  if (!registered) {
    const context = terminal.context(reader.insert());
    const second = how === 'resume' && begun ? await resumePermit(context) : await issuePermit(context, applicant(), photo);
    if (!second.ok) violations.push(`not resumed: ${second.code}`);
    else if (reserved !== undefined && second.value.permitNumber !== reserved) violations.push('another permit number');
  }
  const issues = terminal.records.filter((record) => record.type === 'issue');
  if (issues.length !== 1) violations.push(`${issues.length} permits registered`);
  if (terminal.sequence !== 1) violations.push(`${terminal.sequence} numbers taken`);
  if (terminal.journal.size > 0 || terminal.keySets.size > 0) violations.push('journal entry or key set left');
  const verified = await verifyPermit(terminal.context(reader.insert()));
  if (!verified.ok || verified.value.verdict.result !== 'valid') violations.push('the finished card is not valid');
  return { struck: true, violations };
}

const untorn = await (async () => {
  const { terminal, reader } = counter();
  const issued = await issuePermit(terminal.context(reader.insert()), applicant(), photo);
  if (!issued.ok) throw new Error(issued.code);
  return { apdus: reader.log.length, writes: reader.card.writes };
})();

describe('a card torn while it is issued', () => {
  it('at every APDU and every internal write, resumed by the card alone', { timeout: 120_000 }, async () => {
    await sweepAll('issue', untorn, (faults) => tear(faults, 'resume'));
  });

  it('at every APDU, issued again', { timeout: 120_000 }, async () => {
    expect(await sweepApdus(untorn, (faults) => tear(faults, 'issue'))).toBe(untorn.apdus);
  });

  it('at every internal write, issued again and torn again at the first internal write of the recovery', { timeout: 120_000 }, async () => {
    const { points, violations } = await sweep('internal write', (faults) => tear(faults, 'issue', { again: { tearAtWrite: 1 } }));
    expect(violations).toEqual([]);
    expect(points).toBe(untorn.writes);
  });

  it('is lost to a journal that keeps nothing: the sweep finds it', async () => {
    const { violations } = await sweep('answer lost', (faults) => tear(faults, 'issue', { forgets: true }));
    expect(violations).toContainEqual(expect.stringContaining('not resumed: CARD_ALREADY_ISSUED'));
    expect(violations).toContainEqual(expect.stringContaining('neither void nor known'));
  });
});
