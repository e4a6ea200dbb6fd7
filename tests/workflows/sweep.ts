import { expect } from 'vitest';
import { readAccessLog, verifyPin } from '../../src/card/index.js';
import type { CardFaults, CardImage } from '../../src/emulator/index.js';
import { MemoryTerminal } from './fixtures.js';
import { digits, otherPin, rightPin } from './held-card.js';
import { cardOf, opened, type Recorded } from './recorded.js';

export interface Torn {
  /** Whether the fault struck: beyond the last APDU or write it does not. */
  readonly struck: boolean;
  readonly violations: readonly string[];
}

export const cuts = {
  'command lost': (at) => ({ tearAtApdu: { at, when: 'before' } }),
  'answer lost': (at) => ({ tearAtApdu: { at, when: 'after' } }),
  'internal write': (at) => ({ tearAtWrite: at }),
} as const satisfies Record<string, (at: number) => CardFaults>;
export type Cut = keyof typeof cuts;

/** Raises the index until the fault strikes no more. */
export async function sweep(cut: Cut, once: (faults: CardFaults) => Promise<Torn>): Promise<{ readonly points: number; readonly violations: string[] }> {
  const violations: string[] = [];
  for (let at = 1; ; at += 1) {
    const torn = await once(cuts[cut](at));
    if (!torn.struck) return { points: at - 1, violations };
    violations.push(...torn.violations.map((violation) => `${cut} ${at}: ${violation}`));
  }
}

type Untorn = Pick<Recorded, 'apdus' | 'writes'>;

/** Each APDU of one flow, its command and its answer lost: as many points as the untorn run has, and nothing wrong at any. The count. */
export async function sweepApdus(untorn: Untorn, once: (faults: CardFaults) => Promise<Torn>): Promise<number> {
  const [commands, answers] = [await sweep('command lost', once), await sweep('answer lost', once)];
  expect([...commands.violations, ...answers.violations]).toEqual([]);
  expect([commands.points, answers.points]).toEqual([untorn.apdus, untorn.apdus]);
  return answers.points;
}

/** {@link sweepApdus}, and each internal write. Prints the counts. */
export async function sweepAll(name: string, untorn: Untorn, once: (faults: CardFaults) => Promise<Torn>): Promise<void> {
  const apdus = await sweepApdus(untorn, once);
  const { points, violations } = await sweep('internal write', once);
  process.stdout.write(`tearing ${name}: ${apdus} APDUs, ${points} internal writes\n`);
  expect(violations).toEqual([]);
  expect(points).toBe(untorn.writes);
}

export interface CardState {
  /** Terminals in the access log, this one not among them. */
  readonly log: number;
  /** YYYY-MM-DD */
  readonly cardDate: string;
  readonly tries: 'unset' | number;
}

/** A copy of an issued card, opened by a terminal with every right: the card itself is not touched. */
const look = (image: CardImage): ReturnType<typeof opened> => opened(new MemoryTerminal(), cardOf(image).insert(), { right: 'manage', purpose: 'check' });

export async function stateOf(image: CardImage): Promise<CardState> {
  const { application } = await look(image);
  const { cardDate, pin: tries } = await application.chipStatus();
  return { log: (await readAccessLog(application)).length - 1, cardDate, tries };
}

/** `unset`, or the one of the tests' PINs that the card takes: each is shown to a copy of its own. Anything else is told as it is. */
export async function pinOn(image: CardImage): Promise<string> {
  const taken: string[] = (await stateOf(image)).tries === 'unset' ? ['unset'] : [];
  for (const pin of [rightPin, otherPin]) if ((await verifyPin((await look(image)).session, digits(pin))).ok) taken.push(pin);
  return taken.join(' and ');
}
