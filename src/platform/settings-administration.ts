import { z } from 'zod';
import { done, failed, notice, operatorRoles, terminalRules, type Notice, type OperatorEntry, type OperatorRole, type Outcome, type TerminalRules } from '../contract/index.js';
import { passwordVerifier } from '../node-crypto/index.js';
import { openOperator, sealOperator, storedNotices, storedRules } from './config.js';
import { jsonBytes } from './json-bytes.js';
import type { Platform } from './platform.js';

/** What administrators set and terminals pull: operators, the city's rules, texts shown to residents (sync.md 5.1). Every change is a new version. */
const shortestPassword = 8;
const passwordFits = (password: string): boolean => password.normalize('NFC').length >= shortestPassword;

const newOperator = z.strictObject({
  id: z.string().trim().min(1).max(40),
  name: z.string().trim().min(1).max(50),
  role: z.enum(operatorRoles),
});

/** Who may sign in at the terminals of divisions with these leading digits. INPUT_INVALID (taken id, short password), DIVISION_UNKNOWN. */
export const addOperator = async (platform: Platform, id: string, name: string, role: OperatorRole, divisions: readonly string[], password: string): Promise<Outcome<{ id: string }>> => {
  const parsed = newOperator.safeParse({ id, name, role });
  if (!parsed.success) return failed('INPUT_INVALID', parsed.error.issues[0]?.path.join('.') ?? 'operator');
  const { prefixes: issuers } = platform.keys.issuer;
  const prefixes = [...new Set(divisions)];
  if (prefixes.length === 0 || !prefixes.every((p) => /^\d{2,6}$/.test(p) && issuers.some((own) => p.startsWith(own)))) return failed('DIVISION_UNKNOWN', 'divisions');
  if (!passwordFits(password)) return failed('INPUT_INVALID', 'password');
  const box = sealOperator(parsed.data.id, { name: parsed.data.name, verifier: await passwordVerifier(password) }, platform.boxes);
  const added = await platform.storage.operators.add({ id: parsed.data.id, role: parsed.data.role, prefixes, disabled: false, box }, platform.clock());
  return added ? done({ id: parsed.data.id }) : failed('INPUT_INVALID', 'id');
};

export type ListedOperator = Omit<OperatorEntry, 'verifier'> & { readonly divisions: readonly string[] };

/** Without verifiers. */
export const listOperators = async (platform: Platform): Promise<ListedOperator[]> =>
  (await platform.storage.operators.list()).map((stored) => {
    const { id, name, role, disabled } = openOperator(stored, platform.boxes);
    return { id, name, role, disabled, divisions: stored.prefixes };
  });

/** Disables or lets in again; terminals learn of it at their next pull. OPERATOR_UNKNOWN. */
export const disableOperator = async (platform: Platform, id: string, disabled = true): Promise<Outcome<{ disabled: boolean }>> =>
  (await platform.storage.operators.update(id, { disabled }, platform.clock())) ? done({ disabled }) : failed('OPERATOR_UNKNOWN');

/** OPERATOR_UNKNOWN, INPUT_INVALID (short password). */
export const resetOperatorPassword = async (platform: Platform, id: string, password: string): Promise<Outcome<{ id: string }>> => {
  if (!passwordFits(password)) return failed('INPUT_INVALID', 'password');
  const stored = (await platform.storage.operators.list()).find((operator) => operator.id === id);
  if (stored === undefined) return failed('OPERATOR_UNKNOWN');
  const { name } = openOperator(stored, platform.boxes);
  const box = sealOperator(id, { name, verifier: await passwordVerifier(password) }, platform.boxes);
  return (await platform.storage.operators.update(id, { box }, platform.clock())) ? done({ id }) : failed('OPERATOR_UNKNOWN');
};

/** Sets some of the city's rules; the others stay as they are. The new version; INPUT_INVALID names the field. */
export const setRules = async (platform: Platform, change: Partial<TerminalRules>): Promise<Outcome<{ version: number; rules: TerminalRules }>> => {
  let rules: TerminalRules | undefined;
  const changed = await platform.storage.config.change(
    'rules',
    (held) => {
      const parsed = terminalRules.safeParse({ ...storedRules(held), ...change });
      if (!parsed.success) return failed('INPUT_INVALID', parsed.error.issues[0]?.path.join('.') ?? 'rules');
      rules = parsed.data;
      return done(jsonBytes(parsed.data));
    },
    platform.clock(),
  );
  if (!changed.ok) return changed;
  if (rules === undefined) throw new Error('rules were stored that were never made');
  return done({ version: changed.value, rules });
};

/** A text for residents; of one id only a greater version may follow. The version of all notices together; INPUT_INVALID. */
export const addNotice = async (platform: Platform, added: Notice): Promise<Outcome<{ version: number }>> => {
  const parsed = notice.safeParse(added);
  if (!parsed.success) return failed('INPUT_INVALID', parsed.error.issues[0]?.path.join('.') ?? 'notice');
  const changed = await platform.storage.config.change(
    'notices',
    (held) => {
      const notices = storedNotices(held);
      if (notices.some(({ id, version }) => id === parsed.data.id && version >= parsed.data.version)) return failed('INPUT_INVALID', 'version');
      return done(jsonBytes([...notices, parsed.data]));
    },
    platform.clock(),
  );
  return changed.ok ? done({ version: changed.value }) : changed;
};
