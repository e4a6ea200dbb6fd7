import type { Random } from '../../src/cli/invented/random.js';
import { judge, type Judgement } from './oracle.js';
import { platformRestored, platformRestoredUnreceipted, terminalRestored } from './scenarios/copies.js';
import { killPlatform, killPlatformAtWrite, killTerminal, killTerminalAtWrite, Writes } from './scenarios/kills.js';
import { network, partition } from './scenarios/network.js';
import { platformWritesRefused, terminalWritesRefused } from './scenarios/refused-writes.js';
import { corruptPages, diskFull, lockedLong, lockedShortly, namespaces, poison, readOnly } from './scenarios/storage.js';
import { clock } from './scenarios/time.js';
import { World, type WorldOptions } from './world.js';

type Scenario = (world: World) => Promise<void>;

export interface SuiteOptions extends WorldOptions {
  /** faults to reach */
  readonly n: number;
  readonly onProgress?: (faults: number) => void;
  /** these alone, instead of all */
  readonly only?: readonly Scenario[];
}

export interface SuiteResult extends Judgement {
  readonly seed: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly total: number;
  readonly seconds: number;
  readonly recordsPerSecond: number;
  readonly faultsPerSecond: number;
  /** bytes of pages in use that came over the run, with nothing pending */
  readonly databaseGrowth: number;
  readonly databaseBytes: number;
  readonly findings: readonly string[];
  readonly ok: boolean;
}

interface Card {
  readonly scenario: Scenario;
  /** how often it stands in one deal: the dear ones rarely */
  readonly times: number;
}
const card = (scenario: Scenario, times = 1): Card => ({ scenario, times });

const cards = (random: Random): readonly Card[] => {
  // A life of either program as the scenario leads it has about so many writes.
  const [ofTerminal, ofPlatform] = [new Writes(random, 220), new Writes(random, 100)];
  return [
    card(network, 14),
    card(partition, 2),
    card(killTerminal, 8),
    card(killPlatform, 5),
    card((world) => killTerminalAtWrite(world, ofTerminal), 6),
    card((world) => killPlatformAtWrite(world, ofPlatform), 3),
    card(terminalWritesRefused, 2),
    card(platformWritesRefused, 2),
    card(lockedLong),
    card(lockedShortly, 2),
    card(corruptPages),
    card(clock),
    card(poison, 2),
    card(terminalRestored),
    card(platformRestored),
    card(platformRestoredUnreceipted),
    ...(namespaces ? [card(diskFull), card(readOnly)] : []),
  ];
};

const shuffled = <T>(random: Random, list: readonly T[]): T[] => {
  const rest = [...list];
  const out: T[] = [];
  while (rest.length > 0) out.push(...rest.splice(random.between(0, rest.length - 1), 1));
  return out;
};

/** Every kind once, among them half of the cheapest, then the rest: a short run has seen everything. */
const deal = (random: Random, from: readonly Card[]): Scenario[] => {
  const early = from.map((each) => ({ ...each, times: each.times > 8 ? each.times >> 1 : 1 }));
  const late = from.map((each, i) => ({ ...each, times: each.times - (early[i]?.times ?? 0) }));
  const spread = (list: readonly Card[]): Scenario[] => list.flatMap(({ scenario, times }) => Array.from({ length: times }, () => scenario));
  return [...shuffled(random, spread(early)), ...shuffled(random, spread(late))];
};

/** More bytes than this beside an empty queue are growth: settings and indexes fill some pages, the fates of the newest 1,000 records are kept, and of each quarantined one. */
const roomFor = (quarantined: number): number => 131_072 + 128 * quarantined;

/** Faults until there were `n`, each kind in turn, then quiet until nothing waits, then the judgement. The same seed makes the same choices; the moments of the processes are their own. */
export const runFaults = async (options: SuiteOptions): Promise<SuiteResult> => {
  const world = new World(options);
  try {
    await world.open();
    const before = world.databaseSize();
    const from = options.only?.map((scenario) => card(scenario)) ?? cards(world.random);
    const began = performance.now();
    while (world.total < options.n) {
      for (const scenario of deal(world.random, from)) {
        if (world.total >= options.n) break;
        await scenario(world);
        options.onProgress?.(world.total);
      }
    }
    const seconds = (performance.now() - began) / 1_000;
    await world.settle();
    const after = world.databaseSize();
    await world.stopTerminal();
    const judgement = judge(world.ledger, world.terminalFolder, world.platformFolder);
    const { lost, duplicated, unexpected, captured, quarantined } = judgement;
    const databaseGrowth = after.used - before.used;
    if (databaseGrowth > roomFor(quarantined)) world.find(`the terminal's database grew by ${databaseGrowth} bytes beside its records`);
    return {
      seed: options.seed,
      faults: Object.fromEntries([...world.faults].sort(([a], [b]) => (a < b ? -1 : 1))),
      total: world.total,
      seconds,
      recordsPerSecond: captured / seconds,
      faultsPerSecond: world.total / seconds,
      databaseGrowth,
      databaseBytes: after.file,
      ...judgement,
      findings: world.findings,
      ok: lost.length + duplicated.length + unexpected.length + world.findings.length === 0,
    };
  } finally {
    await world.close();
  }
};
