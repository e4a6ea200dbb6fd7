import { expect } from 'vitest';
import type { RunningApp } from '../app-host.js';
import { ChromiumHost } from '../chromium-host.js';
import { Clerk } from '../clerk.js';
import { blankName } from '../counter-stage.js';
import { cameraSwitches, filmSitter } from '../fake-camera.js';
import { Keypad } from '../keypad.js';
import { join } from 'node:path';
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
  /** played in the tests as well, not only for the table */
  readonly inTests: boolean;
  readonly play: (day: Day) => Promise<readonly Left[]>;
}

export interface Played {
  readonly errand: Errand;
  readonly cost: Cost;
  readonly left: readonly Left[];
}

/** A counter from the morning to the evening, in Chromium with a camera, a keypad beside it and one reader in use. */
export class Day {
  #blanks = 0;
  #played: Played[] = [];

  private constructor(
    readonly world: World,
    private readonly host: ChromiumHost,
    readonly app: RunningApp,
    readonly clerk: Clerk,
    readonly keypad: Keypad,
  ) {}

  /** `run`: whose stage is copied. */
  static async begin(run?: number): Promise<Day> {
    const world = await World.open({ stage: 'counter', ...(run === undefined ? {} : { run }) });
    const film = join(world.root, 'sitter.y4m');
    filmSitter(film);
    const host = new ChromiumHost(cameraSwitches(film));
    const app = await host.start(world, { mode: 'counter' });
    const clerk = new Clerk(app);
    await clerk.signIn();
    const keypad = await Keypad.open(app);
    clerk.meter.read();
    return new Day(world, host, app, clerk, keypad);
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

  /** Everything that waits goes to the platform. */
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
  }
}
