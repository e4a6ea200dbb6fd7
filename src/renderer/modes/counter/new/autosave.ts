/**
 * Saves a form at each change: soon after the last key, at once when a field is left. One save at a time, always the newest content; what was typed while one went on follows it. A save that failed is tried
 * again with the next change, or when asked for.
 */
export interface AutosavePorts<Failure> {
  /** Saves what stands there now: seconds since 1970 of the copy on the disk, or why it was not. A save that the link lost settles when it is back. */
  readonly save: () => Promise<{ readonly savedAt: number } | { readonly failure: Failure }>;
  /** Calls back after so many milliseconds; returns what takes it back. */
  readonly after: (milliseconds: number, act: () => void) => () => void;
  readonly changed: (state: SaveState<Failure>) => void;
}

/** `unsaved`: something was typed that is on its way. */
export type SaveState<Failure> = { readonly kind: 'new' } | { readonly kind: 'unsaved' } | { readonly kind: 'saved'; readonly at: number } | { readonly kind: 'failed'; readonly failure: Failure };

export interface Autosave {
  /** Something changed. */
  touch(): void;
  /** Now, if anything is unsaved. Settles when all of it is saved, or was refused. */
  flush(): Promise<void>;
  /** Nothing is saved any more. */
  stop(): void;
}

export const pauseMilliseconds = 300;

export const createAutosave = <Failure>({ save, after, changed }: AutosavePorts<Failure>): Autosave => {
  // Looked at again after every wait.
  const now = { dirty: false, stopped: false };
  const isDirty = (): boolean => now.dirty;
  let forget: () => void = () => undefined;
  let going: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    while (now.dirty && !now.stopped) {
      now.dirty = false;
      forget();
      const told = await save();
      if ('failure' in told) {
        now.dirty = true;
        changed({ kind: 'failed', failure: told.failure });
        return;
      }
      changed(isDirty() ? { kind: 'unsaved' } : { kind: 'saved', at: told.savedAt });
    }
  };
  const flush = async (): Promise<void> => {
    going ??= run().finally(() => {
      going = null;
    });
    await going;
  };

  return {
    touch(): void {
      if (now.stopped) return;
      now.dirty = true;
      changed({ kind: 'unsaved' });
      forget();
      forget = after(pauseMilliseconds, () => void flush());
    },
    flush,
    stop(): void {
      now.stopped = true;
      forget();
    },
  };
};
