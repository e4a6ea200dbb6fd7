import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../src/cli/invented/random.js';
import type { Stage } from '../proxy.js';
import { atWrites } from '../strace.js';
import type { World } from '../world.js';

const stages: readonly Stage[] = ['received', 'forwarded', 'answered'];

/** kill -9 of the terminal: between two captures, at a moment of a push, or whenever. */
export const killTerminal = async (world: World): Promise<void> => {
  const { random, proxy } = world;
  await world.platform();
  const terminal = await world.terminal();
  const kill = async (): Promise<void> => {
    if (await terminal.kill()) world.count('terminal-killed');
  };
  const way = random.between(0, 2);
  if (way === 0) {
    let left = random.between(0, 30);
    terminal.onCaptured = () => {
      left -= 1;
      if (left === 0) void kill();
    };
    await world.capture(world.some(32, 40));
    await kill();
  } else if (way === 1) {
    await world.capture(world.some(3, 25));
    const [stage, wait] = [random.pick(stages), random.between(0, 6)];
    proxy.onPush = async (reached) => {
      if (reached !== stage) return;
      if (stage === 'answered') setTimeout(() => void kill(), wait);
      else await kill();
    };
    await world.sync();
    await kill();
  } else {
    const ending = sleep(random.between(0, 60)).then(kill);
    await world.capture(world.some(5, 30));
    if (!terminal.gone) await world.sync();
    await ending;
  }
  proxy.clear();
  await world.terminal();
};

/** kill -9 of the platform: before it reads, while it applies, after its commit and before its answer is through. */
export const killPlatform = async (world: World): Promise<void> => {
  const { random, proxy } = world;
  await world.platform();
  await world.capture(world.some(3, 40));
  const [stage, wait] = [random.pick(stages), random.between(0, 12)];
  proxy.onPush = async (reached) => {
    if (reached !== stage) return;
    if (stage === 'forwarded') await sleep(wait);
    if (await world.killPlatform()) world.count('platform-killed');
  };
  await world.sync();
  proxy.clear();
  await world.platform();
  await world.sync();
};

const killedAt = (n: number): readonly string[] => atWrites('signal=KILL', String(n));

/** Which write of a process's life is to be the last one: each once, in any order, before one comes again. */
export class Writes {
  #left: number[] = [];
  #most: number;

  constructor(
    private readonly random: Random,
    /** at least as many as such a life has */
    most: number,
  ) {
    this.#most = most;
  }

  next(): number {
    if (this.#left.length === 0) this.#left = Array.from({ length: this.#most }, (_, i) => i + 1);
    return this.#left.splice(this.random.between(0, this.#left.length - 1), 1)[0] ?? 1;
  }

  /** A life has fewer writes than `n`. */
  outlived(n: number): void {
    this.#most = Math.min(this.#most, n - 1);
    this.#left = this.#left.filter((each) => each < n);
  }
}

/** The terminal dies at its n-th write, of a life that opens, captures, pushes, pulls and closes. */
export const killTerminalAtWrite = async (world: World, writes: Writes): Promise<void> => {
  while (!(await terminalDiedAt(world, writes, writes.next())));
  await world.terminal();
};

const terminalDiedAt = async (world: World, writes: Writes, n: number): Promise<boolean> => {
  await world.platform();
  await world.stopTerminal();
  const { process: terminal, failed } = await world.startTerminal({ under: killedAt(n) });
  if (failed === undefined) {
    const work = [
      () => terminal.ask({ do: 'capture', records: world.records(['verification', 'revocation', 'issue']) }),
      () => terminal.ask({ do: 'sync', timeoutMs: 10_000 }),
      () => terminal.ask({ do: 'capture', records: world.records(['verification']) }),
    ];
    for (const step of work) if (!terminal.gone) await step();
    if (!terminal.gone) await terminal.close();
    if (!terminal.killed) {
      writes.outlived(n);
      return false;
    }
  } else if (failed !== 'KILLED') {
    world.find(`terminal-killed-at-write: opened with ${failed}`);
  }
  world.count('terminal-killed-at-write');
  return true;
};

/** As above for the platform: each write of what it does for one push. */
export const killPlatformAtWrite = async (world: World, writes: Writes): Promise<void> => {
  while (!(await platformDiedAt(world, writes, writes.next())));
  await world.platform();
  await world.sync();
};

const platformDiedAt = async (world: World, writes: Writes, n: number): Promise<boolean> => {
  await world.terminal();
  await world.stopPlatform();
  const platform = await world.platform({ under: killedAt(n) });
  if (platform !== undefined) {
    await world.captureKinds(['verification', 'revocation', 'verification', 'issue']);
    await world.sync();
    if (!platform.gone) await platform.stop();
  }
  if (platform?.killed === false) {
    writes.outlived(n);
    return false;
  }
  world.count('platform-killed-at-write');
  return true;
};
