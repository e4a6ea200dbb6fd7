import { z } from 'zod';
import { CodedError, defaultRules, operatorEntry, terminalRules, type OperatorEntry, type TerminalRules } from '../contract/index.js';
import type { SettingsView } from '../outbox/index.js';

/** Where the pull keeps the platform's signed settings (sync.md 5.1). */
const rulesSetting = 'config/rules';
const operatorsSetting = 'config/operators';

/** CBOR gives maps back as Map; the contract's shapes are objects. */
const plain = (value: unknown): unknown => {
  if (value instanceof Map) return Object.fromEntries(Array.from(value as Map<unknown, unknown>, ([name, member]) => [String(name), plain(member)]));
  return Array.isArray(value) ? (value as unknown[]).map(plain) : value;
};

const envelope = z.object({ contents: z.unknown(), pulledAt: z.int().nonnegative() });

const stored = <T>(settings: SettingsView, name: string, contents: z.ZodType<T>): { readonly contents: T; readonly pulledAt: number } | undefined => {
  const value = settings.get(name);
  if (value === undefined) return undefined;
  const outer = envelope.safeParse(plain(value));
  const inner = contents.safeParse(outer.data?.contents);
  // Verified when it was pulled and boxed since: what does not fit now was not written by this program.
  if (!outer.success || !inner.success) throw new CodedError('STORAGE_CORRUPT', name);
  return { contents: inner.data, pulledAt: outer.data.pulledAt };
};

export interface PulledOperators {
  readonly operators: readonly OperatorEntry[];
  /** the last successful sync, seconds since 1970 UTC; 0 before any */
  readonly pulledAt: number;
}

/** Who may sign in at this terminal; nobody before the first pull. @throws CodedError STORAGE_* */
export const pulledOperators = (settings: SettingsView): PulledOperators => {
  const found = stored(settings, operatorsSetting, z.array(operatorEntry));
  return { operators: found?.contents ?? [], pulledAt: found?.pulledAt ?? 0 };
};

/** The city's rules in force here; the built-in ones before the first pull. @throws CodedError STORAGE_* */
export const pulledRules = (settings: SettingsView): TerminalRules => stored(settings, rulesSetting, terminalRules)?.contents ?? defaultRules;
