import type { OperatorEntry } from '../contract/index.js';
import type { SettingsView } from '../outbox/index.js';
import { configSetting, storedConfig } from '../sync/index.js';

export interface PulledOperators {
  readonly operators: readonly OperatorEntry[];
  /** the last successful sync, seconds since 1970 UTC; 0 before any */
  readonly pulledAt: number;
  /** Something was pulled that this version of the program cannot read: nobody can sign in until the next pull, and nobody works without. */
  readonly unreadable: boolean;
}

/** Who may sign in at this terminal; nobody before the first pull. @throws CodedError STORAGE_* */
export const pulledOperators = (outbox: { readonly settings: SettingsView }): PulledOperators => {
  const found = storedConfig(outbox, 'operators');
  const unreadable = found === undefined && outbox.settings.get(configSetting('operators')) !== undefined;
  return { operators: found?.contents ?? [], pulledAt: found?.pulledAt ?? 0, unreadable };
};
