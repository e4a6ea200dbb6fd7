import type { RunningApp } from '../e2e/app-host.js';
import { Desk } from '../e2e/desk.js';
import { ElectronHost } from '../e2e/electron-host.js';
import { descendants, privateMemory } from '../e2e/processes.js';
import type { World } from '../e2e/world.js';
import { line, median, progress, type Line } from './lines.js';

/** Cards put down one after the other: until they are warm, then those that are measured. */
const [warmUp, measured, timed] = [50, 450, 40];
/** Memory is looked at after each so many cards, and counts over so many at either end. */
const [look, window] = [10, 50];

interface Told {
  readonly at: number;
  readonly phase: string;
}

/** Notes in the page when each phase of a check was told and when a verdict was first painted, on the page's clock of the day. */
const follow = (): void => {
  const page = globalThis as unknown as {
    told: Told[];
    painted: number[];
    performance: { timeOrigin: number; now(): number };
    requestAnimationFrame(then: () => void): void;
    residenceCard: { onEvent(listener: (event: { event: string; check?: { phase: string } }) => void): void };
    document: { body: unknown; querySelector(selector: string): unknown };
    MutationObserver: new (heard: () => void) => { observe(node: unknown, options: object): void };
  };
  const now = (): number => page.performance.timeOrigin + page.performance.now();
  page.told = [];
  page.painted = [];
  page.residenceCard.onEvent((event) => {
    if (event.event === 'check' && event.check !== undefined) page.told.push({ at: now(), phase: event.check.phase });
  });
  let shown = false;
  new page.MutationObserver(() => {
    const there = page.document.querySelector('[data-result]') !== null;
    // The frame after the next one: what was drawn is on the screen.
    if (there && !shown) page.requestAnimationFrame(() => page.requestAnimationFrame(() => page.painted.push(now())));
    shown = there;
  }).observe(page.document.body, { childList: true, subtree: true });
};

/** From pcscd's sight of the card to the painted verdict, less what the service's workflow took between "reading" and "verdict". */
const overhead = async (world: World, app: RunningApp): Promise<number> => {
  const desk = new Desk(app);
  await world.take();
  await app.page.keyboard.press('Space');
  await desk.waiting();
  await app.page.evaluate(() => {
    const page = globalThis as unknown as { told: Told[]; painted: number[] };
    page.told.length = 0;
    page.painted.length = 0;
  });
  await world.put('valid');
  const seen = performance.timeOrigin + performance.now();
  await app.page.waitForFunction(() => (globalThis as unknown as { painted: number[] }).painted.length > 0);
  // The holder comes after the verdict: only then may the card be lifted.
  await desk.verdict({ result: 'valid' }, world.stage.cards.valid!.holder);
  const { told, painted } = await app.page.evaluate(() => {
    const { told: phases, painted: frames } = globalThis as unknown as { told: Told[]; painted: number[] };
    return { told: phases, painted: frames[0]! };
  });
  const [reading, verdict] = ['reading', 'verdict'].map((phase) => told.find((each) => each.phase === phase)?.at ?? NaN) as [number, number];
  return painted - seen - (verdict - reading);
};

const roles = ['electron', 'page', 'service', 'reader'] as const;
type Role = (typeof roles)[number];

/** Private memory of each process of the app, kilobytes. */
const memory = async (app: RunningApp, main: number): Promise<Record<Role, number>> => {
  await app.collect();
  const page = descendants(main).find(({ command }) => command.includes('--type=renderer'))?.pid;
  const pids: Record<Role, number | undefined> = { electron: main, page, service: app.servicePid(), reader: app.readerPid() };
  return Object.fromEntries(roles.map((role) => [role, privateMemory(pids[role] ?? 0) ?? 0])) as Record<Role, number>;
};

const cycle = async (world: World, app: RunningApp, times: number): Promise<void> => {
  const desk = new Desk(app);
  for (let i = 0; i < times; i += 1) {
    const card = i % 2 === 0 ? 'valid' : 'neighbour';
    await world.put(card);
    await desk.verdict({ result: 'valid' }, world.stage.cards[card]!.holder);
    if (i % 50 === 49) progress(`${i + 1} of ${times} cards`);
  }
};

/** The least that each process held at a look over these cards: what was in hand at one of them is no growth. */
const leastMemory = async (world: World, app: RunningApp, times: number): Promise<Record<Role, number>> => {
  const main = app.mainPid();
  const looks: Record<Role, number>[] = [];
  for (let i = 0; i < times; i += look) {
    await cycle(world, app, look);
    looks.push(await memory(app, main));
  }
  return Object.fromEntries(roles.map((role) => [role, Math.min(...looks.map((each) => each[role]))])) as Record<Role, number>;
};

/** One Electron, one desk: how soon a verdict is on the screen, whether the page ever stands still, what five hundred cards leave in memory. */
export const appCycles = async (world: World): Promise<Line[]> => {
  const host = new ElectronHost();
  const app = await host.start(world);
  try {
    await new Desk(app).ready();
    await app.page.evaluate(follow);
    const times: number[] = [];
    for (let i = 0; i < timed; i += 1) times.push(await overhead(world, app));
    const before = await leastMemory(world, app, warmUp);
    const tasksBefore = (await app.watched.longTasks()).length;
    await cycle(world, app, measured - window);
    const after = await leastMemory(world, app, window);
    const tasks = (await app.watched.longTasks()).slice(tasksBefore);
    return [
      line('verdict-on-screen-above-workflow', median(times), 'ms', { limit: { of: 'value', sign: '<=', bound: 150 } }),
      line('long-tasks-during-checks', tasks.length, '', { limit: { of: 'value', sign: '==', bound: 0 } }),
      line('longest-task', Math.max(0, ...tasks.map(({ ms }) => ms)), 'ms'),
      ...roles.map((role) => line(`memory-after-${warmUp + measured}-cards-${role}`, after[role], 'kB', { floor: before[role], limit: { of: 'ratio', sign: '<', bound: 1.1 } })),
    ];
  } finally {
    await app.close();
    await host.close();
  }
};
