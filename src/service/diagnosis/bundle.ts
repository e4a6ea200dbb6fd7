import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { redactedLine } from '../log.js';
import type { Terminal } from '../terminal.js';
import type { Diagnosis } from './diagnose.js';

const lastLines = 400;
const lastBytes = 128 * 1_024;
/** Anybody in front of the machine may save one: they must not fill the disk. */
const mostBundles = 20;

/** The end of the log as it may leave the machine: each line reduced once more to the events and fields of this program. */
const logLines = (folder: string): unknown[] => {
  const path = join(folder, 'logs', 'service.log');
  if (!existsSync(path)) return [];
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, lastBytes));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8').split('\n').flatMap((line) => redactedLine(line) ?? []).slice(-lastLines);
  } finally {
    closeSync(file);
  }
};

/** Numbers alone: how much waits, what the platform put aside and why. */
const countsOf = ({ outbox }: Terminal): object => {
  const { epoch, pending, pendingBytes, captured, acknowledged, quarantined } = outbox.counts();
  const codes = outbox.quarantined().map(({ type, code }) => ({ type, code }));
  return { epoch, pending, pendingBytes, captured, acknowledged, quarantined, quarantine: codes, numbersLeft: outbox.numbers.blocks().map(({ left }) => left) };
};

export interface BundleSources {
  /** the data folder, with the log below it */
  readonly folder: string;
  readonly mode: string;
  readonly terminal: Terminal | undefined;
}

/** The redacted bundle, one JSON text: findings, versions, counts, the end of the log. No personal data, no keys, no numbers of permits or cards. */
export const bundleOf = (diagnosis: Diagnosis, { folder, mode, terminal }: BundleSources): string =>
  `${JSON.stringify({ form: 1, mode, ...diagnosis, ...(terminal === undefined ? {} : { counts: countsOf(terminal) }), log: logLines(folder) }, null, 1)}\n`;

/** Writes it below the data folder, readable by the owner alone, under a name that tells the time and nothing else; the twenty newest are kept. @throws what the file system throws */
export const saveBundle = (diagnosis: Diagnosis, sources: BundleSources): { readonly file: string; readonly bytes: number } => {
  const directory = join(sources.folder, 'diagnosis');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, `diagnosis-${new Date(diagnosis.at * 1_000).toISOString().replaceAll(/[:.]/g, '-')}.json`);
  const bytes = writeBundle(file, bundleOf(diagnosis, sources));
  const saved = readdirSync(directory).filter((name) => /^diagnosis-.+\.json$/.test(name)).map((name) => join(directory, name)).filter((each) => each !== file).sort();
  for (const oldest of saved.slice(0, Math.max(0, saved.length + 1 - mostBundles))) rmSync(oldest, { force: true });
  return { file, bytes };
};

export const writeBundle = (file: string, text: string): number => {
  writeFileSync(file, text, { mode: 0o600 });
  return Buffer.byteLength(text);
};
