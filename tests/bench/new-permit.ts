import type { Page } from 'playwright-core';
import { putCard } from '../../src/cli/cards.js';
import { inventAdult, portraitOf } from '../../src/cli/invented/index.js';
import type { CardChannel } from '../../src/card/index.js';
import { readerName } from '../../src/emulator/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { dateInChina } from '../../src/permit/index.js';
import { statusListUri } from '../../src/service/index.js';
import { issuePermit } from '../../src/workflows/index.js';
import { holderPin } from '../e2e/counter-stage.js';
import { Day } from '../e2e/day/day.js';
import { towns, worker } from '../e2e/day/people.js';
import { clearStage } from '../e2e/template.js';
import { expected, openCounter, type Counter } from './counter.js';
import { line, median, progress, type Line } from './lines.js';

/** New permits at the counter's screens, each of somebody else; the first warms up. */
const [warmUp, rounds] = [1, 5];
const floors = 3;

/** A channel with the time during which a command was at the card, summed up after each answer. */
const timed = (channel: CardChannel): { readonly channel: CardChannel; readonly atCard: readonly number[] } => {
  const atCard: number[] = [];
  let [underWay, since, sum] = [0, 0, 0];
  const flying = async <A extends Uint8Array | undefined>(answering: Promise<A>): Promise<A> => {
    if (underWay === 0) since = performance.now();
    underWay += 1;
    try {
      const answer = await answering;
      if (answer !== undefined) atCard.push(sum + performance.now() - since);
      return answer;
    } finally {
      underWay -= 1;
      if (underWay === 0) sum += performance.now() - since;
    }
  };
  const { atr, extendedLength } = channel;
  return {
    atCard,
    channel: {
      atr,
      ...(extendedLength === undefined ? {} : { extendedLength }),
      transmit: (command) => flying(channel.transmit(command)),
      ...(channel.follow === undefined ? {} : { follow: (command) => flying(channel.follow?.(command) ?? Promise.resolve(undefined)) }),
    },
  };
};

/** What the card itself takes: the exchanges of a personalisation, from SELECT to ACTIVATE, without the reading back and without anything of ours between them. */
const cardAlone = async ({ folder, terminal }: Counter, blank: string, seed: number): Promise<number> => {
  expected(await putCard(folder, blank, 0, undefined, () => terminal.readers()));
  if ((await terminal.supervisor.waitForCard(5_000, readerName(0))) === undefined) throw new Error('no card seen');
  const connection = await terminal.supervisor.connect(readerName(0));
  const today = dateInChina(terminal.clock.now());
  const person = inventAdult({ seed, onDate: today, kind: 'residence' });
  const { trust, clock, access, outbox } = terminal;
  const { journal, keySets, numbers } = outbox;
  const { channel, atCard } = timed({ atr: connection.atr, extendedLength: true, transmit: (command) => connection.transmit(command) });
  try {
    const issued = expected(await issuePermit({ channel, trust, clock, access, crypto: nodeCrypto, journal, keySets, numbers, statusListUri }, person, portraitOf(person, today)));
    return atCard[issued.traffic.personalisation.apdus - 1] ?? Number.NaN;
  } finally {
    await connection.close();
  }
};

const floor = async (): Promise<number> => {
  progress(`personalising ${floors} cards for the floor`);
  const counter = await openCounter(floors);
  try {
    const times: number[] = [];
    for (const [at, blank] of counter.blanks.entries()) times.push(await cardAlone(counter, blank, 70 + at));
    return median(times);
  } finally {
    await counter.close();
  }
};

/** Notes of each key how long it took from the stroke to the frame that answers it (Event Timing): in steps of 8 ms, and those below 16 ms are not told. */
const noteKeys = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const at = globalThis as unknown as {
      keyTimes: number[];
      PerformanceObserver: new (heard: (list: { getEntries(): { name: string; duration: number }[] }) => void) => { observe(options: object): void };
    };
    at.keyTimes = [];
    new at.PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'keydown' || name === 'input') at.keyTimes.push(duration);
    }).observe({ type: 'event', durationThreshold: 16 });
  });

const keyTimes = (page: Page): Promise<number[]> => page.evaluate(() => (globalThis as unknown as { keyTimes: number[] }).keyTimes.splice(0));

interface Made {
  readonly machineMs: number;
  readonly keys: number;
  readonly keyMs: readonly number[];
  readonly longTasks: readonly number[];
}

/** From the first key to the card in the holder's hand: what the clerk waited for, and how soon each key was answered. */
const newPermit = async (day: Day, seed: number): Promise<Made> => {
  const { clerk, app } = day;
  await day.layBlank();
  await clerk.home();
  await keyTimes(app.page);
  const before = (await app.watched.longTasks()).length;
  clerk.meter.read();
  await clerk.apply(worker(seed), towns.wuma.typed);
  await clerk.make();
  await clerk.handOver(day.lastMade.can, day.keypad, holderPin);
  const { machineMs, keys } = clerk.meter.read();
  return { machineMs, keys, keyMs: await keyTimes(app.page), longTasks: (await app.watched.longTasks()).slice(before).map(({ ms }) => ms) };
};

const permits = async (): Promise<Made[]> => {
  const day = await Day.begin(process.pid);
  try {
    await noteKeys(day.app.page);
    const made: Made[] = [];
    for (let round = 0; round < warmUp + rounds; round += 1) {
      progress(`new permit ${round + 1} of ${warmUp + rounds}`);
      made.push(await newPermit(day, 9_000 + round));
    }
    return made.slice(warmUp);
  } finally {
    await day.end();
    clearStage(process.pid);
  }
};

/** A complete new permit at the counter's screens, through the real service, card and pcscd, in Chromium with a camera. The holder at the keypad types at once: what is left is the machine's time. */
export const newPermits = async (): Promise<Line[]> => {
  const card = await floor();
  const made = await permits();
  const whole = median(made.map(({ machineMs }) => machineMs));
  const keys = made.reduce((sum, each) => sum + each.keys, 0);
  const keyMs = made.flatMap((each) => each.keyMs);
  const longTasks = made.flatMap((each) => each.longTasks);
  return [
    line('new-permit-machine-time', whole, 'ms', { floor: card }),
    line('new-permit-machine-time-above-card', whole - card, 'ms', { limit: { of: 'value', sign: '<=', bound: 3_000 } }),
    line('new-permit-keys', keys / made.length, ''),
    line('new-permit-slowest-key', Math.max(0, ...keyMs), 'ms', { limit: { of: 'value', sign: '<=', bound: 50 } }),
    line('new-permit-keys-over-50-ms', keyMs.filter((ms) => ms > 50).length, '', { floor: keys }),
    line('new-permit-longest-task', Math.max(0, ...longTasks), 'ms'),
  ];
};
