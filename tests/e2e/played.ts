import { afterAll, beforeAll } from 'vitest';
import type { AppHost, RunningApp } from './app-host.js';
import { Desk } from './desk.js';
import { World } from './world.js';

/** The app of a suite in a world of its own. */
export interface Played {
  readonly world: World;
  readonly host: AppHost;
  readonly app: RunningApp;
  readonly desk: Desk;
}

/** Begins the app before the suite's first test and ends it with the last one. `begun` is called once it runs; an officer is signed in and waits for a card unless `ready` is false. */
export function playedIn(makeHost: () => AppHost, begun: (played: Played) => void, { ready = true }: { readonly ready?: boolean } = {}): void {
  let ending: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const host = makeHost();
    const world = await World.open();
    ending = [() => host.close(), () => world.close()];
    const app = await host.start(world);
    ending.unshift(() => app.close());
    const desk = new Desk(app);
    begun({ world, host, app, desk });
    if (ready) await desk.ready();
  }, 120_000);
  afterAll(async () => {
    for (const end of ending) await end();
  });
}
