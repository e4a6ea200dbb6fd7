import type { Page } from 'playwright-core';
import type { TerminalMode } from '../../src/contract/index.js';
import type { Size } from './chromium.js';
import type { OpenFolder } from './stage.js';
import type { WatchedPage } from './watched-page.js';
import type { World } from './world.js';

/** Chosen before the app is seen: what `src/renderer/design/look.ts` keeps. */
export interface Look {
  readonly language: 'zh-CN' | 'en';
  readonly theme: 'system' | 'light' | 'dark' | 'contrast-light' | 'contrast-dark';
  readonly text: 'normal' | 'large' | 'largest';
}

export interface AppOptions {
  readonly mode?: TerminalMode;
  readonly terminal?: OpenFolder;
  readonly size?: Size;
  readonly look?: Partial<Look>;
  /** minutes without a call until the desk locks itself; in a browser only */
  readonly lockAfter?: number;
}

/** The app as a person has it before the eyes, wherever it runs. */
export interface RunningApp {
  readonly page: Page;
  readonly watched: WatchedPage;
  /** of the host: who started the service */
  mainPid(): number;
  /** of the service that runs now */
  servicePid(): number;
  readerPid(): number | undefined;
  /** lets page, host, service and reader give back what nothing holds any more */
  collect(): Promise<void>;
  /** ends the app in order */
  close(): Promise<void>;
}

export interface AppHost {
  readonly name: string;
  start(world: World, options?: AppOptions): Promise<RunningApp>;
  /** at the end of a test file */
  close(): Promise<void>;
}

export const lookOf = (look: Partial<Look> = {}): Look => ({ language: 'zh-CN', theme: 'light', text: 'normal', ...look });
