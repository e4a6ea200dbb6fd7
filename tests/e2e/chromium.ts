import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import type { Look } from './app-host.js';
import { WatchedPage } from './watched-page.js';

/** Debian's browser, driven as the fallback of the app shows it: one window of one size, at the service's one-time address. */
export const sizes = { landscape: { width: 1920, height: 1080 }, portrait: { width: 1080, height: 1920 } } as const;
export type Size = keyof typeof sizes;

const executable = '/usr/bin/chromium';
const flags = ['--disable-dev-shm-usage', '--autoplay-policy=no-user-gesture-required', '--force-color-profile=srgb', '--disable-gpu'];

/** `more`: switches of one test, as of a camera. */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  if (!existsSync(executable)) throw new Error('apt-get install chromium');
  // Root gets no sandbox from Chromium; Electron's is what ships, and is tested unprivileged.
  const all = [...flags, ...more];
  return chromium.launch({ executablePath: executable, args: process.getuid?.() === 0 ? [...all, '--no-sandbox'] : all });
}

export interface WindowOptions {
  readonly size?: Size;
  readonly look?: Look;
  readonly colorScheme?: 'light' | 'dark';
  readonly contrast?: 'more' | 'no-preference';
  readonly reducedMotion?: 'reduce';
}

export interface BrowserWindow {
  readonly context: BrowserContext;
  readonly watched: WatchedPage;
}

/** A window of its own, without anything that an earlier one left behind. */
export async function openWindow(browser: Browser, url: string, { size = 'landscape', look, ...media }: WindowOptions = {}): Promise<BrowserWindow> {
  const context = await browser.newContext({ viewport: sizes[size], locale: 'zh-CN', ...media });
  await WatchedPage.instrument(context, look);
  context.setDefaultTimeout(20_000);
  const watched = new WatchedPage(await context.newPage());
  await watched.page.goto(url);
  return { context, watched };
}
