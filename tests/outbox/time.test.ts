import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outbox } from '../../src/outbox/index.js';
import { open, start, temporaryFolder, verification } from './fixture.js';

const year = 31_536_000;
/** A machine: a clock that anybody sets, and a counter that only runs. */
const machine = () => {
  const clocks = { at: start, counter: 5_000.25, now: () => clocks.at, monotonic: () => clocks.counter };
  return { clocks, pass: (seconds: number) => ((clocks.at += seconds), (clocks.counter += seconds)) };
};
const captures = (outbox: Outbox): number[] => outbox.pending(99).map(({ capturedAt }) => capturedAt);

describe('sync.md 5.1: no record is captured before the last time that is known', () => {
  it('the signed time is moved on by the counter, whatever the clock is set to', () => {
    const { clocks, pass } = machine();
    const outbox = open(undefined, { clock: clocks });
    outbox.boundTime(start + 10);
    clocks.at = start - year;
    pass(3_600);
    outbox.enqueue(verification(1));
    expect(captures(outbox)).toEqual([start + 3_610]);
    expect(outbox.knownTime()).toBe(start + 3_610);
  });

  it('set back between two records: the second is no earlier than the first', () => {
    const { clocks, pass } = machine();
    const outbox = open(undefined, { clock: clocks });
    outbox.enqueue(verification(1));
    pass(60);
    outbox.enqueue(verification(2));
    clocks.at = start - 1_000;
    outbox.enqueue(verification(3));
    expect(captures(outbox)).toEqual([start, start + 60, start + 60]);
  });

  it('set back across a restart: the signed time and the record before still hold, in an emptied outbox too', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const { clocks, pass } = machine();
    const outbox = open(path, { clock: clocks });
    outbox.boundTime(start);
    pass(7_200);
    outbox.enqueue(verification(1));
    outbox.close();
    clocks.at = start - year;
    // A machine that was started anew counts from somewhere else.
    clocks.counter = 3;
    const again = open(path, { clock: clocks });
    expect(again.knownTime()).toBe(start);
    again.enqueue(verification(2));
    expect(captures(again)).toEqual([start + 7_200, start + 7_200]);
  });

  it('a clock a year ahead stamps what it captures, and no longer drags the next ones along once a signed time has said so', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const { clocks, pass } = machine();
    const outbox = open(path, { clock: clocks });
    clocks.at = start + year;
    outbox.enqueue(verification(1));
    clocks.at = start;
    outbox.enqueue(verification(2));
    outbox.boundTime(start + 5);
    pass(20);
    outbox.enqueue(verification(3));
    outbox.close();
    open(path, { clock: clocks }).enqueue(verification(4));
    expect(captures(open(path, { clock: clocks }))).toEqual([start + year, start + year, start + 25, start + 25]);
  });

  it('a counter that began anew moves nothing back', () => {
    const { clocks } = machine();
    const outbox = open(undefined, { clock: clocks });
    outbox.boundTime(start + 500);
    clocks.counter = 0;
    expect(outbox.knownTime()).toBe(start + 500);
  });

  it('property: between two signed times captures never fall, and never lie before the time that is known', () => {
    const step = fc.oneof(
      fc.record({ set: fc.integer({ min: -year, max: year }) }),
      fc.record({ pass: fc.integer({ min: 0, max: 10_000 }) }),
      fc.constant('capture' as const),
      fc.constant('restart' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const path = join(temporaryFolder(), 'terminal.db');
        const { clocks, pass } = machine();
        let outbox = open(path, { clock: clocks });
        outbox.boundTime(start);
        for (const one of [...steps, 'capture' as const]) {
          if (one === 'restart') outbox = open(path, { clock: clocks });
          else if (one === 'capture') {
            const known = outbox.knownTime();
            const before = captures(outbox).at(-1) ?? 0;
            outbox.enqueue(verification(1));
            expect(captures(outbox).at(-1)).toBe(Math.max(clocks.at, known, before));
          } else if ('set' in one) clocks.at = start + one.set;
          else pass(one.pass);
        }
        const times = captures(outbox);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(times.every((time) => time >= start)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});
