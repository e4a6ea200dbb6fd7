import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argon2id } from 'hash-wasm';
import { afterEach } from 'vitest';
import { defaultRules, type OperatorEntry, type OperatorRole, type TerminalRules } from '../../src/contract/index.js';
import type { Terminal} from '../../src/service/index.js';
import { openTerminal, saveIdentity, type TerminalIdentity, type TerminalOptions } from '../../src/service/index.js';
import { platformBox, start, terminalId } from '../outbox/fixture.js';

export const day = 86_400;
export const passwordOf = (id: string): string => `口令-${id}-Pw9`;

/** A verifier of small cost: the cost is in the verifier, and the product's own is tested where it is made. */
export const cheapVerifier = (password: string): Promise<string> =>
  argon2id({ password: password.normalize('NFC'), salt: randomBytes(16), memorySize: 64, iterations: 1, parallelism: 1, hashLength: 32, outputType: 'encoded' });

export const entry = async (id: string, role: OperatorRole, more: Partial<OperatorEntry> = {}): Promise<OperatorEntry> => ({
  id,
  name: `测试员${id}`,
  role,
  verifier: await cheapVerifier(passwordOf(id)),
  disabled: false,
  ...more,
});

const folders: string[] = [];
const opened: Terminal[] = [];
afterEach(async () => {
  for (const terminal of opened.splice(0)) await terminal.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A terminal's data folder, and the directory of its key store beside it: neither holds the other. */
export interface Place {
  readonly data: string;
  readonly keyStore: string;
}
export const place = (): Place => {
  const root = mkdtempSync(join(tmpdir(), 'terminal-'));
  folders.push(root);
  const made = { data: join(root, 'data'), keyStore: join(root, 'key-store') };
  mkdirSync(made.data);
  return made;
};

export const identity = (): TerminalIdentity => ({
  terminalId,
  name: '一号窗口',
  baseUrl: 'http://127.0.0.1:1/',
  environment: 1,
  seed: new Uint8Array(randomBytes(32)),
  boxSecret: new Uint8Array(randomBytes(32)),
  deviceKey: new Uint8Array(randomBytes(32)),
  root: new Uint8Array(randomBytes(32)),
  platformSealing: platformBox.publicKey,
});

/** Wall clock and monotonic clock, set apart from one another. */
export const clocks = () => {
  const time = { now: start, monotonic: 1_000 };
  return { time, options: { clock: () => time.now, monotonic: () => time.monotonic } };
};

export const enrolled = (): Place => {
  const made = place();
  saveIdentity(made.data, identity(), { keyStoreDirectory: made.keyStore });
  return made;
};

/** Opens the terminal of a place, one handle more on the same files. */
export const reopen = ({ data }: Place, options: TerminalOptions = {}): Terminal => {
  const terminal = openTerminal(data, { clock: () => start, ...options });
  opened.push(terminal);
  return terminal;
};

/** Puts the operators where the pull puts them. */
export const pullOperators = async (terminal: Terminal, operators: readonly OperatorEntry[], pulledAt = start, rules: Partial<TerminalRules> = {}): Promise<void> => {
  terminal.outbox.settings.put({
    'config/operators': { version: 1, issuedAt: pulledAt, contents: operators, pulledAt },
    'config/rules': { version: 1, issuedAt: pulledAt, contents: { ...defaultRules, ...rules }, pulledAt },
  });
  await terminal.pulled();
};
