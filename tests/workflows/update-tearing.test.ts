import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/contract/index.js';
import type { CardFaults, CardImage } from '../../src/emulator/index.js';
import { changeResidence, readPermit, renewEndorsement, replacePermit, resumePermit, resumeUpdate, verifyPermit, writeService, type Replacement, type UpdateContext } from '../../src/workflows/index.js';
import { addDays } from './days.js';
import { CardInReader, MemoryTerminal, applicant, blank, serialOf, today } from './fixtures.js';
import { cardOf, issuedCard, issuedOn, move, photo, service } from './issued-card.js';
import { apduOf, ins, recorded, type Recorded } from './recorded.js';
import { stateOf, sweep, sweepAll, sweepApdus, type Torn } from './sweep.js';

type Update = (ctx: UpdateContext) => Promise<Outcome<unknown>>;
const updates = {
  endorse: { run: (ctx) => renewEndorsement(ctx, { by: 'op-1' }), records: ['endorsement'] },
  move: { run: (ctx) => changeResidence(ctx, move), records: ['residence-change'] },
  service: { run: (ctx) => writeService(ctx, service), records: [] },
} as const satisfies Record<string, { readonly run: Update; readonly records: readonly string[] }>;
type Name = keyof typeof updates;

/** How the torn update goes on when the card is back: asked for again, or by the card alone. */
type Resume = 'again' | 'resume';

const tomorrow = addDays(today, 1);
/** In the log of a card that was issued and read back. */
const issueAlone = 1;

const counterOf = async (terminal: MemoryTerminal, reader: CardInReader, name: Name): Promise<number | string> => {
  const read = await readPermit(terminal.context(reader.insert()));
  if (!read.ok) return read.code;
  if (read.value.verdict.result !== 'valid') return read.value.verdict.result;
  const known = [...terminal.known.values()][0];
  return known?.[name === 'endorse' ? 'endorsements' : name === 'move' ? 'residence' : 'services'] ?? 0;
};

/**
 * One update with a fault, the card put back. Between the cut and the recovery the card is a valid one, old or new; afterwards it is new, the journal is empty,
 * and the outbox holds exactly the record of the update.
 */
async function tear(image: CardImage, name: Name, faults: CardFaults, how: Resume, options: { readonly forgets?: boolean; readonly short?: boolean; readonly again?: CardFaults } = {}): Promise<Torn> {
  const { run, records } = updates[name];
  const terminal = new MemoryTerminal();
  // A day after the issue: the certificate moves the card's date as well.
  terminal.setDay(tomorrow);
  const reader = cardOf(image);
  reader.extendedLength = options.short !== true;
  terminal.forgets = options.forgets ?? false;
  const violations: string[] = [];
  const before = name === 'move' ? 1 : 0;
  reader.card.faults = faults;
  const first = await run(terminal.context(reader.insert()));
  if (first.ok) return { struck: false, violations };
  if (first.code !== 'CARD_REMOVED') violations.push(`torn as ${first.code}`);
  const started = terminal.updates.size > 0;
  if (options.again !== undefined) {
    reader.card.faults = options.again;
    await resumeUpdate(terminal.context(reader.insert()));
    reader.card.faults = {};
  }
  const { log, cardDate } = await stateOf(reader.card.image());
  // The date before the log, each whole; whoever is in the log has moved the date.
  if (cardDate !== tomorrow && (cardDate !== today || log !== issueAlone)) violations.push(`date: ${cardDate}, log: ${log}`);
  if (log < issueAlone || log > issueAlone + (options.again === undefined ? 1 : 2)) violations.push(`log: ${log}`);
  const between = await counterOf(terminal, reader, name);
  if (between !== before && between !== before + 1) violations.push(`between: ${between}`);
  const begun = terminal.updates.size > 0;
  if (begun && how === 'resume') {
    const resumed = await resumeUpdate(terminal.context(reader.insert()));
    const expected = between === before ? 'written-again' : 'was-written';
    if (!resumed.ok || resumed.value.how !== expected) violations.push(`resumed: ${resumed.ok ? resumed.value.how : resumed.code}`);
  } else if (begun || !started) {
    // Not when the torn recovery had finished it already: asked for again, it would be a second one.
    const again = await run(terminal.context(reader.insert()));
    if (!again.ok) violations.push(`not finished: ${again.code}`);
  }
  const after = await counterOf(terminal, reader, name);
  if (after !== before + 1) violations.push(`after: ${after}`);
  const captured = terminal.records.map(({ type }) => type).filter((type) => type !== 'verification');
  if (captured.join() !== records.join()) violations.push(`captured: ${captured.join()}`);
  if (terminal.updates.size > 0) violations.push('intent left');
  return { struck: true, violations };
}

const image = (await issuedCard()).reader.card.image();
const names = ['endorse', 'move', 'service'] as const;
const untornOf = (name: Name, prepare?: (reader: CardInReader) => void): Promise<Recorded> =>
  recorded(image, updates[name].run, (reader, terminal) => {
    terminal.setDay(tomorrow);
    prepare?.(reader);
  });

describe.each(names)('%s, torn at every APDU and every internal write', (name) => {
  it.each([['asked for again', 'again'], ['by the card alone', 'resume']] as const)('then %s: old, new or resumed, with one record', { timeout: 60_000 }, async (words, how) => {
    await sweepAll(`${name}, ${words}`, await untornOf(name), (faults) => tear(image, name, faults, how));
  });

  it.each(['at the first internal write', 'at PUT DATA, its answer lost'] as const)('and torn again in the recovery %s', async (where) => {
    const untorn = await untornOf(name);
    const again: CardFaults = where === 'at the first internal write' ? { tearAtWrite: 1 } : { tearAtApdu: { at: apduOf(untorn.reader, ins.putData), when: 'after' } };
    const { points, violations } = await sweep('internal write', (faults) => tear(image, name, faults, 'again', { again }));
    expect(violations).toEqual([]);
    expect(points).toBe(untorn.writes);
  });
});

describe('by short APDUs, the object in a chain', () => {
  it('at every APDU and every internal write', { timeout: 60_000 }, async () => {
    const untorn = await untornOf('endorse', (reader) => (reader.extendedLength = false));
    await sweepAll('endorse by short APDUs', untorn, (faults) => tear(image, 'endorse', faults, 'resume', { short: true }));
  });
});

describe('a journal that keeps nothing', () => {
  it.each([
    // What was written is not known to have been: the next one is too early, and the record is never captured.
    ['endorse', 'not finished: ENDORSEMENT_TOO_EARLY', 'captured: '],
    // It is written a second time, one counter further.
    ['move', 'after: 3', undefined],
    ['service', 'after: 2', undefined],
  ] as const)('%s: the sweep finds it', async (name, first, second) => {
    const { violations } = await sweep('answer lost', (faults) => tear(image, name, faults, 'again', { forgets: true }));
    expect(violations).toContainEqual(expect.stringContaining(first));
    if (second !== undefined) expect(violations).toContainEqual(expect.stringContaining(second));
  });
});

describe('a replacement, torn', () => {
  /** As `tear`, for a second card with an endorsement carried over: void, or known to the journal; afterwards one issue, one return, one index. */
  async function tearReplacement(faults: CardFaults, how: Resume): Promise<Torn & { readonly fresh: CardInReader }> {
    const { terminal, value } = await issuedCard(issuedOn.overdue);
    terminal.allot(serialOf(2));
    const fresh = new CardInReader(blank(2));
    const replaces: Replacement = { permitNumber: value.permitNumber, reason: 'damaged', issued: issuedOn.overdue, goodUntil: '2027-11-01', yearsCountFrom: '2026-11-20', oldCard: 'returned', by: 'op-1' };
    const replace = (): Promise<Outcome<unknown>> => replacePermit(terminal.context(fresh.insert()), applicant(), photo, replaces);
    const violations: string[] = [];
    fresh.card.faults = faults;
    const first = await replace();
    if (first.ok) return { struck: false, violations, fresh };
    if (first.code !== 'CARD_REMOVED') violations.push(`torn as ${first.code}`);
    const begun = terminal.journal.size > 0;
    if (terminal.records.length > 0) violations.push('captured too early');
    const second = begun && how === 'resume' ? await resumePermit(terminal.context(fresh.insert())) : await replace();
    if (!second.ok) violations.push(`not finished: ${second.code}`);
    const captured = terminal.records.map((record) => (record.type === 'issue' ? `${record.permitNumber === value.permitNumber} ${record.endorsement !== undefined}` : record.type));
    if (captured.join() !== 'true true,card-return') violations.push(`captured: ${captured.join()}`);
    if (terminal.indexes !== 1 || terminal.sequence !== 1 || terminal.journal.size > 0 || terminal.keySets.size > 0) violations.push('numbers or journal');
    const verified = await verifyPermit(terminal.context(fresh.insert()));
    if (!verified.ok || verified.value.verdict.result !== 'valid') violations.push('the finished card is not valid');
    return { struck: true, violations, fresh };
  }

  it('at every APDU and every internal write: as many as the untorn run has', { timeout: 120_000 }, async () => {
    const { fresh } = await tearReplacement({}, 'resume');
    const untorn = { apdus: fresh.log.length, writes: fresh.card.writes };
    await sweepAll('replace', untorn, (faults) => tearReplacement(faults, 'resume'));
    expect(await sweepApdus(untorn, (faults) => tearReplacement(faults, 'again'))).toBe(untorn.apdus);
  });
});
