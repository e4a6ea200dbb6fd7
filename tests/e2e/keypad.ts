import type { Page } from 'playwright-core';
import type { RunningApp } from './app-host.js';

/** The holder's keypad and the holder before it: a page of its own that the clerk does not see. Its strokes are the holder's and are counted by nobody. */
export class Keypad {
  constructor(readonly page: Page) {}

  /** In a browser: another window of the same browser, at the address that the clerk's button opens. */
  static async open({ page }: Pick<RunningApp, 'page'>): Promise<Keypad> {
    const pad = new Keypad(await page.context().newPage());
    await pad.page.goto(new URL('/keypad.html', page.url()).href);
    await pad.is('idle');
    await page.bringToFront();
    return pad;
  }

  async is(state: 'idle' | 'asking' | 'done' | 'cancelled' | 'lost'): Promise<void> {
    await this.page.locator(`main[data-state="${state}"]`).waitFor();
  }

  /** What is asked now, answered. */
  async type(digits: string): Promise<void> {
    await this.is('asking');
    await this.page.keyboard.type(digits);
    await this.page.keyboard.press('Enter');
  }

  /** A first PIN: typed twice. */
  async set(pin: string): Promise<void> {
    await this.type(pin);
    await this.type(pin);
  }

  async giveUp(): Promise<void> {
    await this.is('asking');
    await this.page.keyboard.press('Escape');
  }

  close(): Promise<void> {
    return this.page.close();
  }
}
