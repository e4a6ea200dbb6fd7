import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CodedError, terminalMode, type TerminalMode } from '../../contract/index.js';

export interface ServiceArguments {
  readonly data: string;
  readonly mode: TerminalMode;
  readonly listen?: number;
  readonly renderer?: string;
  readonly pcsc?: string;
  readonly tray?: string;
  readonly keyStore?: string;
  readonly lockAfterMs?: number;
}

const refuse = (detail: string, cause?: unknown): never => {
  throw new CodedError('INPUT_INVALID', detail, cause === undefined ? undefined : { cause });
};

const portOf = (text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : refuse('--listen');
};

/** Minutes: a desk may lock sooner than in ten, and never not at all. */
const lockOf = (text: string): number => {
  const minutes = Number(text);
  return minutes > 0 && minutes <= 60 ? minutes * 60_000 : refuse('--lock-after');
};

const parsed = (args: readonly string[]) => {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], options: { data: text, mode: text, listen: text, renderer: text, pcsc: text, tray: text, 'key-store': text, 'lock-after': text } }).values;
  } catch (cause) {
    return refuse('arguments', cause);
  }
};

/** The arguments of the service process (docs/app.md). @throws CodedError INPUT_INVALID, its detail names the argument */
export const serviceArguments = (args: readonly string[]): ServiceArguments => {
  const { data, mode, listen, renderer, pcsc, tray, 'key-store': keyStore, 'lock-after': lockAfter } = parsed(args);
  if (data === undefined || data === '') return refuse('--data');
  const known = terminalMode.safeParse(mode);
  if (!known.success) return refuse('--mode');
  if (renderer !== undefined && (listen === undefined || !existsSync(resolve(renderer, 'index.html')))) return refuse('--renderer');
  return {
    data: resolve(data),
    mode: known.data,
    ...(listen === undefined ? {} : { listen: portOf(listen) }),
    ...(renderer === undefined ? {} : { renderer: resolve(renderer) }),
    ...(pcsc === undefined ? {} : { pcsc }),
    ...(tray === undefined ? {} : { tray }),
    ...(keyStore === undefined ? {} : { keyStore: resolve(keyStore) }),
    ...(lockAfter === undefined ? {} : { lockAfterMs: lockOf(lockAfter) }),
  };
};
