import type { Locator, Page } from 'playwright-core';

/** What one errand cost: key strokes and clicks of the clerk, characters of running text (name, address, telephone: they are as long as they are), and the time that the app let the clerk wait. */
export interface Cost {
  readonly keys: number;
  readonly clicks: number;
  readonly text: number;
  /** milliseconds between an act of the clerk and what it brought onto the screen */
  readonly machineMs: number;
}

/** A pair of hands at keyboard and mouse that counts. Waiting for the screen is the machine's time; the hands' own is nobody's: a clerk types slower than any driver. */
export class Meter {
  #keys = 0;
  #clicks = 0;
  #text = 0;
  #machineMs = 0;

  constructor(readonly page: Page) {}

  /** One press, as `F2` or `Control+Enter`: a chord is one stroke. */
  async press(key: string): Promise<void> {
    this.#keys += 1;
    await this.page.keyboard.press(key);
  }

  /** Characters that every clerk types alike: a number, a date, a code. */
  async type(text: string): Promise<void> {
    this.#keys += Array.from(text).length;
    await this.page.keyboard.type(text);
  }

  /** Running text, by an input method: it is counted apart. */
  async write(text: string): Promise<void> {
    this.#text += Array.from(text).length;
    await this.page.keyboard.insertText(text);
  }

  async click(target: Locator): Promise<void> {
    this.#clicks += 1;
    await target.click();
  }

  /** What the clerk waits for. */
  async wait<T>(until: Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await until;
    } finally {
      this.#machineMs += performance.now() - began;
    }
  }

  /** The cost since the last reading; begins anew. */
  read(): Cost {
    const cost = { keys: this.#keys, clicks: this.#clicks, text: this.#text, machineMs: this.#machineMs };
    [this.#keys, this.#clicks, this.#text, this.#machineMs] = [0, 0, 0, 0];
    return cost;
  }
}
