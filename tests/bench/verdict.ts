import { putCard } from '../../src/cli/cards.js';
import { observedChannel, type CardChannel } from '../../src/card/index.js';
import type { CapturedRecord } from '../../src/contract/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { syncTerminal } from '../../src/service/index.js';
import { verifyPermit } from '../../src/workflows/index.js';
import { bare, besideFloor, type Exchange } from './contacts.js';
import { expected, type Counter } from './counter.js';
import { line, median, progress, type Line } from './lines.js';

/** A terminal that has served some cards; then batches, of which the one with the middle ratio counts: a burst of other work on the machine falls into one or two. */
const [warmUp, batches, rounds] = [150, 5, 80];

interface Contact {
  /** from SELECT to the verdict, milliseconds */
  readonly verdictMs: number;
  /** of that, until the last answer was there */
  readonly cardMs: number;
  /** the record of it made durable */
  readonly enqueueMs: number;
  readonly exchanges: readonly Exchange[];
}

interface Batch {
  readonly contacts: Contact[];
  readonly floors: number[];
}

/** One verify as the product does it, on a card that is powered already. */
const contact = async ({ terminal }: Counter, channel: CardChannel): Promise<Contact> => {
  const exchanges: Exchange[] = [];
  let [cardMs, verdictMs, enqueueMs] = [0, 0, 0];
  const watched = observedChannel(channel, ({ command, answer }) => {
    cardMs = performance.now() - began;
    exchanges.push({ command: command.length, answer: answer?.length ?? 0 });
  });
  const began = performance.now();
  const outbox = {
    enqueue: (record: CapturedRecord): number => {
      verdictMs = performance.now() - began;
      const seq = terminal.outbox.enqueue(record);
      enqueueMs = performance.now() - began - verdictMs;
      return seq;
    },
  };
  const { trust, clock, access } = terminal;
  const { verdict } = expected(await verifyPermit({ channel: watched, trust, clock, access, crypto: nodeCrypto, outbox, maxListAgeSeconds: 86_400, mode: 'counter' }));
  if (verdict.result !== 'valid') throw new Error(`the verdict is ${verdict.result}`);
  return { verdictMs, cardMs, enqueueMs, exchanges };
};

/** Contact of a verdict through the real pcscd, beside the same exchanges with a card that does nothing behind the same reader process. */
export const verdict = async (counter: Counter): Promise<Line[]> => {
  const { folder, terminal, blanks } = counter;
  // Only a permit that the platform has confirmed is valid.
  expected(await syncTerminal(terminal));
  expected(await putCard(folder, blanks[0]));
  progress(`verifying ${batches * rounds} times through pcscd, in turn with the floor`);
  const measured = await besideFloor(counter, async (card, nothing) => {
    const measure = async (times: number): Promise<Batch> => {
      const batch: Batch = { contacts: [], floors: [] };
      for (let round = 0; round < times; round += 1) {
        const one = await contact(counter, card);
        batch.contacts.push(one);
        batch.floors.push(await bare(nothing, one.exchanges));
      }
      return batch;
    };
    await measure(warmUp);
    const done: Batch[] = [];
    for (let batch = 0; batch < batches; batch += 1) done.push(await measure(rounds));
    return done;
  });
  return linesOf(measured);
};

/** The quietest tenth: what is left of a time when nothing else wants the processors. */
const quietest = (values: readonly number[]): number => median([...values].sort((a, b) => a - b).slice(0, Math.ceil(values.length / 10)));

const verdictTimes = ({ contacts }: Batch): number[] => contacts.map(({ verdictMs }) => verdictMs);
const ratioOf = (batch: Batch): number => median(verdictTimes(batch)) / median(batch.floors);

const linesOf = (measured: readonly Batch[]): Line[] => {
  const byRatio = [...measured].sort((a, b) => ratioOf(a) - ratioOf(b));
  const middle = byRatio[byRatio.length >> 1];
  if (middle === undefined) throw new RangeError('no batch');
  const contacts = measured.flatMap((batch) => batch.contacts);
  const floors = measured.flatMap((batch) => batch.floors);
  const floor = median(middle.floors);
  const apdus = Math.max(...contacts.map(({ exchanges }) => exchanges.length));
  const bytes = Math.max(...contacts.map(({ exchanges }) => exchanges.reduce((sum, { command, answer }) => sum + command + answer, 0)));
  return [
    line('verdict-apdus', apdus, 'APDU', { limit: { of: 'value', sign: '<=', bound: 5 } }),
    line('verdict-bytes', bytes, 'B', { limit: { of: 'value', sign: '<=', bound: 1_600 } }),
    line('verdict-contact', median(verdictTimes(middle)), 'ms', { floor, limit: { of: 'ratio', sign: '<=', bound: 1.5 } }),
    line('verdict-contact-quietest-tenth', quietest(contacts.map(({ verdictMs }) => verdictMs)), 'ms', { floor: quietest(floors) }),
    line('verdict-contact-last-answer', median(middle.contacts.map(({ cardMs }) => cardMs)), 'ms', { floor }),
    line('verdict-record-durable', median(contacts.map(({ enqueueMs }) => enqueueMs)), 'ms'),
    line('floorUsPerApdu', (floor * 1_000) / apdus, 'µs', { limit: { of: 'value', sign: '<', bound: 1_000 } }),
  ];
};
