import { join } from 'node:path';
import { expect } from 'vitest';
import type { RunningApp } from '../app-host.js';
import { ChromiumHost } from '../chromium-host.js';
import { Clerk } from '../clerk.js';
import { ClockOfChildren } from '../clock-of-children.js';
import { blankName } from '../counter-stage.js';
import { cameraSwitches, filmSitter } from '../fake-camera.js';
import { Keypad } from '../keypad.js';
import type { Cost } from '../meter.js';
import { World } from '../world.js';
import { bookedPermit, type BookedPermit } from './books.js';

/** What an errand leaves in the platform's books, of each permit that it was about. */
export interface Left extends BookedPermit {
  readonly permitNumber: string;
}

/** Somebody who comes to the counter. */
export interface Errand {
  readonly who: string;
  readonly what: string;
  readonly play: (day: Day) => Promise<readonly Left[]>;
}

export interface Played {
  readonly errand: Errand;
  readonly cost: Cost;
  readonly left: readonly Left[];
}

/** A card of today that somebody comes back with, and what the books say of its permit so far. */
export interface Kept {
  readonly card: string;
  readonly left: Left;
}

/** A counter from the morning to the evening, in Chromium with a camera, a keypad beside it and one reader in use; its clock and the platform's can be moved on together. */
export class Day {
  #blanks = 0;
  readonly #played: Played[] = [];
  readonly #kept = new Map<string, Kept>();

  private constructor(
    readonly world: World,
    readonly clock: ClockOfChildren,
    private readonly host: ChromiumHost,
    readonly app: RunningApp,
    readonly clerk: Clerk,
    readonly keypad: Keypad,
  ) {}

  /** `run`: whose stage is copied. */
  static async begin(run?: number): Promise<Day> {
    const clock = new ClockOfChildren();
    const world = await World.open({ stage: 'counter', ...(run === undefined ? {} : { run }) });
    const film = join(world.root, 'sitter.y4m');
    filmSitter(film);
    const host = new ChromiumHost(cameraSwitches(film));
    const app = await host.start(world, { mode: 'counter' });
    const clerk = new Clerk(app);
    await clerk.signIn();
    const keypad = await Keypad.open(app);
    clerk.meter.read();
    return new Day(world, clock, host, app, clerk, keypad);
  }

  get played(): readonly Played[] {
    return this.#played;
  }

  /** The next blank out of the box, laid onto the reader. */
  async layBlank(): Promise<string> {
    const name = this.takeBlank();
    await this.world.put(name);
    return name;
  }

  takeBlank(): string {
    this.#blanks += 1;
    return blankName(this.#blanks);
  }

  get blanksTaken(): number {
    return this.#blanks;
  }

  /** Of the card that was made last. */
  get lastMade(): { readonly permitNumber: string; readonly serial: string; readonly can: string } {
    const made = this.app.watched.made.at(-1);
    if (made === undefined) throw new Error('no card was made yet');
    return made;
  }

  /** Somebody comes back later today. */
  keep(who: string, kept: Kept): void {
    this.#kept.set(who, kept);
  }

  kept(who: string): Kept {
    const found = this.#kept.get(who);
    if (found === undefined) throw new Error(`nobody was here before: ${who}`);
    return found;
  }

  /** Plays one errand from the home screen and back to it. */
  async serve(errand: Errand): Promise<Played> {
    await this.clerk.home();
    await this.world.take();
    this.clerk.meter.read();
    const left = await errand.play(this);
    const played = { errand, cost: this.clerk.meter.read(), left };
    this.#played.push(played);
    return played;
  }

  /** Everything that waits goes to the platform, as it does by itself a few seconds later. */
  async push(): Promise<void> {
    await this.clerk.home();
    await this.app.page.keyboard.press('F7');
    await this.app.page.getByRole('banner').getByText('待传 0 条').waitFor({ timeout: 30_000 });
  }

  /** Each permit of the day stands in the platform's books as its errand left it: the last word of each counts. */
  async expectBooks(): Promise<void> {
    const last = new Map<string, Left>();
    for (const { left } of this.#played) for (const each of left) last.set(each.permitNumber, each);
    for (const { permitNumber, ...expected } of last.values()) expect({ permitNumber, ...(await bookedPermit(this.world, permitNumber)) }).toEqual({ permitNumber, ...expected });
  }

  async end(): Promise<void> {
    await this.app.close();
    await this.host.close();
    await this.world.close();
    this.clock.end();
  }
}
