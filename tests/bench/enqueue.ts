import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { sealingKeyPair } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { openOutbox } from '../../src/outbox/index.js';
import { line, progress, type Line } from './lines.js';
import { sealedBytes, verificationOf } from './records.js';

const [warmUp, blocks, perBlock] = [4, 21, 150];
const program = fileURLToPath(new URL('./enqueue-process.js', import.meta.url));

const perSecond = (count: number, work: (n: number) => void): number => {
  const began = performance.now();
  for (let n = 0; n < count; n += 1) work(n);
  return (count * 1_000) / (performance.now() - began);
};

/** The floor: the same bytes by better-sqlite3 alone, WAL, FULL, one transaction each. */
const rawTable = (path: string): { insert: () => void; close: () => void } => {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE record (seq INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT');
  const statement = db.prepare('INSERT INTO record (sealed) VALUES (?)');
  const bytes = new Uint8Array(sealedBytes).fill(7);
  return { insert: () => void statement.run(bytes), close: () => db.close() };
};

/** How often a process asks the disk to be done, by strace; undefined where it is not there or may not trace. */
const syncs = (folder: string, records: number): number | undefined => {
  const report = join(folder, `strace-${records}`);
  const traced = spawnSync('strace', ['-f', '-c', '-e', 'trace=fsync,fdatasync', '-o', report, process.execPath, program, join(folder, `traced-${records}.db`), String(records)], { stdio: 'ignore' });
  if (traced.status !== 0) return undefined;
  // "% time  seconds  usecs/call  calls  errors  syscall"
  const rows = readFileSync(report, 'utf8').split('\n').map((row) => row.trim().split(/\s+/));
  return rows.filter((row) => row.at(-1) === 'fsync' || row.at(-1) === 'fdatasync').reduce((sum, row) => sum + Number(row[3]), 0);
};

/** Opening and closing ask the disk too: two runs of different length differ by the commits alone. Both stay below SQLite's checkpoint of 1,000 pages. */
const syncLine = (folder: string): Line[] => {
  const [few, many] = [20, 120];
  const [before, after] = [syncs(folder, few), syncs(folder, many)];
  if (before === undefined || after === undefined) {
    progress('strace is not there or may not trace: syncs not counted');
    return [];
  }
  return [line('enqueue-syncs', after - before, 'fsync+fdatasync', { floor: many - few, limit: { of: 'ratio', sign: '==', bound: 1 } })];
};

/** The pair with the middle ratio: a burst of other work on the machine falls into one or two. */
const middle = (pairs: readonly { readonly own: number; readonly floor: number }[]): { readonly own: number; readonly floor: number } => {
  const byRatio = [...pairs].sort((a, b) => a.own / a.floor - b.own / b.floor);
  const found = byRatio[byRatio.length >> 1];
  if (found === undefined) throw new RangeError('no block');
  return found;
};

export const enqueue = (): Line[] => {
  const folder = mkdtempSync(join(tmpdir(), 'wz-bench-outbox-'));
  try {
    progress(`enqueueing ${blocks * perBlock} records of ${sealedBytes} bytes, in turn with raw inserts`);
    const now = Math.floor(Date.now() / 1000);
    const outbox = openOutbox(join(folder, 'outbox.db'), { terminalId: 'T-0001', sealTo: sealingKeyPair().publicKey, localKey: new Uint8Array(32).fill(1), clock: { now: () => now }, crypto: nodeCrypto });
    const raw = rawTable(join(folder, 'raw.db'));
    const pairs: { readonly own: number; readonly floor: number }[] = [];
    for (let block = -warmUp; block < blocks; block += 1) {
      const pair = { own: perSecond(perBlock, (n) => outbox.enqueue(verificationOf(n, now))), floor: perSecond(perBlock, raw.insert) };
      if (block >= 0) pairs.push(pair);
    }
    const sealed = outbox.pending(1)[0]?.sealed.length;
    outbox.close();
    raw.close();
    if (sealed !== sealedBytes) throw new Error(`a sealed record has ${sealed ?? 0} bytes`);
    progress('counting syncs');
    const { own, floor } = middle(pairs);
    return [line('enqueue', own, 'records/s', { floor, limit: { of: 'ratio', sign: '>=', bound: 0.5 } }), ...syncLine(folder)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
