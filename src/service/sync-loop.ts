import { SyncLoop, type SyncLoopOptions } from '../sync/index.js';
import { syncTerminal, type SyncOptions } from './sync.js';
import type { Terminal } from './terminal.js';

export interface TerminalLoopOptions extends SyncOptions, Pick<SyncLoopOptions, 'everyMs' | 'lookMs' | 'onError'> {
  /** one sync; `syncTerminal` with the other options unless stated */
  readonly sync?: () => ReturnType<typeof syncTerminal>;
}

/** Syncs a terminal in the background until it is stopped; stop it before the terminal is closed. */
export const syncLoopOf = (terminal: Terminal, options: TerminalLoopOptions = {}): SyncLoop => {
  const { everyMs, lookMs, onError, sync: own, ...sync } = options;
  return new SyncLoop({
    sync: async () => {
      const synced = await (own?.() ?? syncTerminal(terminal, sync));
      if (synced.ok) return { ok: synced.value.pulled.failed.length === 0 };
      return { ok: false, ...(synced.retryAfterMs === undefined ? {} : { retryAfterMs: synced.retryAfterMs }) };
    },
    waiting: () => terminal.outbox.counts().pending,
    ...(everyMs === undefined ? {} : { everyMs }),
    ...(lookMs === undefined ? {} : { lookMs }),
    ...(onError === undefined ? {} : { onError }),
  });
};
