import { describe, it } from 'vitest';
import type { Outcome } from '../../src/contract/index.js';
import type { CardFaults, CardImage } from '../../src/emulator/index.js';
import { readPermit } from '../../src/workflows/index.js';
import { MemoryTerminal } from './fixtures.js';
import { digits, otherPin } from './held-card.js';
import { pinFlows, type PinFlow } from './pin-flows.js';
import { cardOf, recorded } from './recorded.js';
import { pinOn, stateOf, sweepAll, type Torn } from './sweep.js';

const failure = (outcome: Outcome<unknown>): string => (outcome.ok ? 'ok' : `${outcome.code} ${outcome.detail ?? ''}`);
const captured = (terminal: MemoryTerminal): number => terminal.records.filter(({ type }) => type === 'pin').length;

/** A PIN flow with a fault: the old PIN or the new one is in force, with no more tries than before; the next try ends with the new one, and all its tries. */
async function tear(image: CardImage, { run, from, to, repeats }: PinFlow, faults: CardFaults): Promise<Torn> {
  const violations: string[] = [];
  const terminal = new MemoryTerminal();
  const reader = cardOf(image);
  const before = await stateOf(image);
  reader.card.faults = faults;
  const first = await run(terminal.context(reader.insert()));
  if (first.ok) return { struck: false, violations };
  if (first.code !== 'CARD_REMOVED') violations.push(`torn as ${failure(first)}`);
  if (captured(terminal) > 0) violations.push('captured too early');
  const between = await stateOf(reader.card.image());
  const inForce = await pinOn(reader.card.image());
  const there = inForce === to;
  if (!there && inForce !== from) violations.push(`between: ${inForce}`);
  if (there ? between.tries !== (to === 'unset' ? to : 3) : Number(between.tries) > Number(before.tries)) violations.push(`tries: ${between.tries}`);
  if (between.log !== before.log && between.log !== before.log + 1) violations.push(`log: ${between.log}`);

  const second = await run(terminal.context(reader.insert()));
  if (failure(second) !== (there && !repeats ? 'PIN_WRONG 2' : 'ok')) violations.push(`next try: ${failure(second)}`);
  // A change that was made already: the old PIN is wrong, the new one opens the card and has its tries back.
  if (there && !repeats && !(await readPermit({ ...terminal.context(reader.insert()), mode: 'kiosk' }, digits(otherPin))).ok) violations.push('the new PIN does not open');
  const after = await stateOf(reader.card.image());
  const left = await pinOn(reader.card.image());
  if (left !== to || after.tries !== (to === 'unset' ? to : 3)) violations.push(`after: ${left}, ${after.tries}`);
  if (captured(terminal) !== (second.ok ? 1 : 0)) violations.push(`captured: ${captured(terminal)}`);
  return { struck: true, violations };
}

describe('a PIN, torn at every APDU and every internal write: old or new, never a try more, and the next try completes', () => {
  it.each(Object.entries(pinFlows))('%s', { timeout: 60_000 }, async (name, flow) => {
    const image = await flow.image();
    await sweepAll(name, await recorded(image, flow.run), (faults) => tear(image, flow, faults));
  });
});
