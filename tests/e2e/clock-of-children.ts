import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// What is started is what was built, also when this module runs from its source.
const preload = new URL(import.meta.url.endsWith('.ts') ? '../../dist/tests/e2e/moved-clock.js' : 'moved-clock.js', import.meta.url);

/** A clock that the service and the platform of this process have in common: everything of Node's that is started while it is wound up goes by it. */
export class ClockOfChildren {
  readonly #folder = mkdtempSync(join(tmpdir(), 'rc-clock-'));
  readonly #before = process.env['NODE_OPTIONS'];
  #seconds = 0;

  constructor() {
    this.set(0);
    process.env['NODE_OPTIONS'] = [this.#before ?? '', `--import=${preload.href}`].join(' ').trim();
    process.env['RESIDENCE_CARD_TEST_CLOCK'] = this.#file;
  }

  get #file(): string {
    return join(this.#folder, 'seconds');
  }

  /** How far it is ahead of the real one; behind where it is less than 0. */
  set(seconds: number): void {
    this.#seconds = seconds;
    // At once: nobody reads half a number.
    writeFileSync(`${this.#file}.new`, String(seconds));
    renameSync(`${this.#file}.new`, this.#file);
  }

  moveOn(seconds: number): void {
    this.set(this.#seconds + seconds);
  }

  /** What is started from now on has the real time; what still runs must have ended. */
  end(): void {
    if (this.#before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = this.#before;
    delete process.env['RESIDENCE_CARD_TEST_CLOCK'];
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
