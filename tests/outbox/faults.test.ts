import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { failureOfSqlite } from '../../src/outbox/index.js';
import { childProgram, codeOf, open, platformKeys, receiptMap, signReceipt, temporaryFolder, verification } from './fixture.js';

const node = (path: string, body: string): string[] => ['--input-type=module', '-e', childProgram(body), path];
const available = (program: string, ...args: string[]): boolean => spawnSync(program, args, { stdio: 'ignore' }).status === 0;

describe('SQLite result codes', () => {
  it.each([
    ['SQLITE_FULL', 'DISK_FULL'],
    ['SQLITE_IOERR_WRITE', 'DISK_FULL'],
    ['SQLITE_IOERR_FSYNC', 'DISK_FULL'],
    ['SQLITE_IOERR_READ', 'STORAGE_CORRUPT'],
    ['SQLITE_BUSY', 'STORAGE_LOCKED'],
    ['SQLITE_BUSY_SNAPSHOT', 'STORAGE_LOCKED'],
    ['SQLITE_LOCKED', 'STORAGE_LOCKED'],
    ['SQLITE_CORRUPT_VTAB', 'STORAGE_CORRUPT'],
    ['SQLITE_NOTADB', 'STORAGE_CORRUPT'],
    ['SQLITE_READONLY_DIRECTORY', 'STORAGE_READ_ONLY'],
    ['SQLITE_CANTOPEN', 'STORAGE_READ_ONLY'],
    ['SQLITE_CONSTRAINT_UNIQUE', undefined],
  ])('%s is %s', (code, failure) => {
    expect(failureOfSqlite(code)).toBe(failure);
  });
});

describe('a locked database', () => {
  it('is STORAGE_LOCKED, and works again when the lock goes', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const outbox = open(path, { busyTimeout: 20 });
    const other = new Database(path);
    other.exec('BEGIN EXCLUSIVE');
    expect(codeOf(() => outbox.enqueue(verification(1)))).toBe('STORAGE_LOCKED');
    expect(codeOf(() => outbox.numbers.reserve('330302', 2026, 1))).toBe('STORAGE_LOCKED');
    other.exec('ROLLBACK');
    other.close();
    expect(outbox.enqueue(verification(1))).toBe(1);
  });
});

describe('a full disk', () => {
  it('is DISK_FULL, loses nothing that was acknowledged, and goes on when there is room', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const outbox = open(path, { maxPages: 40 });
    let stored = 0;
    const code = codeOf(() => {
      for (; stored < 10_000; stored++) outbox.enqueue(verification(stored));
    });
    expect(code).toBe('DISK_FULL');
    expect(outbox.counts()).toMatchObject({ pending: stored, captured: stored });
    expect(outbox.check().ok).toBe(true);
    expect(outbox.acknowledge(signReceipt(receiptMap(outbox, 1, stored)), platformKeys).ok).toBe(true);
    expect(outbox.enqueue(verification(1))).toBe(stored + 1);
  });

  it.runIf(available('unshare', '-r', '-m', 'true'))('a real one of 1 MiB (tmpfs) is DISK_FULL too, to open and to enqueue', () => {
    const folder = temporaryFolder();
    const program = childProgram(`
      let n = 0, code = '';
      try { for (; n < 100000; n++) outbox.enqueue(record(n)); } catch (error) { code = error.code; }
      const { pending } = outbox.counts();
      say(JSON.stringify({ n, code, pending, check: outbox.check().ok }));
    `);
    const script = 'mount -t tmpfs -o size=1m tmpfs "$1" && "$2" --input-type=module -e "$3" "$1/terminal.db"';
    const out = execFileSync('unshare', ['-r', '-m', 'sh', '-c', script, 'sh', folder, process.execPath, program], { encoding: 'utf8' });
    const told = JSON.parse(out) as { n: number; code: string; pending: number; check: boolean };
    expect(told).toMatchObject({ code: 'DISK_FULL', check: true, pending: told.n });
    expect(told.n).toBeGreaterThan(50);
  });
});

describe('a damaged file', () => {
  const filled = (): string => {
    const path = join(temporaryFolder(), 'terminal.db');
    const outbox = open(path);
    for (let i = 0; i < 60; i++) outbox.enqueue(verification(i, 'x'.repeat(1_000)));
    outbox.close();
    return path;
  };

  it.each([
    ['no database at all', (bytes: Buffer) => bytes.fill('not a database ')],
    ['a damaged header', (bytes: Buffer) => bytes.fill(0xff, 16, 100)],
    ['damaged pages', (bytes: Buffer) => bytes.fill(0xa5, 4_096 * 3, 4_096 * 12)],
    ['cut off', (bytes: Buffer) => bytes.subarray(0, 4_096 * 5)],
  ])('%s: STORAGE_CORRUPT, and not a byte is touched', (_, damage) => {
    const path = filled();
    const damaged = Buffer.from(damage(readFileSync(path)));
    writeFileSync(path, damaged);
    expect(codeOf(() => open(path))).toBe('STORAGE_CORRUPT');
    expect(readFileSync(path).equals(damaged)).toBe(true);
  });

  it("another program's database is not ours to write", () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const db = new Database(path);
    db.exec('CREATE TABLE t (x)');
    db.close();
    expect(codeOf(() => open(path))).toBe('STORAGE_CORRUPT');
  });

  it('damage that shows while running stops all writing', () => {
    const path = filled();
    const outbox = open(path);
    writeFileSync(path, readFileSync(path).fill(0xa5, 4_096 * 2));
    expect(codeOf(() => {
      outbox.check();
    })).toBe('STORAGE_CORRUPT');
    expect(codeOf(() => outbox.enqueue(verification(1)))).toBe('STORAGE_CORRUPT');
  });

  it('a schema newer than the program is left alone', () => {
    const path = filled();
    const db = new Database(path);
    db.pragma('user_version = 99');
    db.close();
    expect(codeOf(() => open(path))).toBe('STORAGE_READ_ONLY');
  });

  it('a missing folder, and a folder in the place of the file', () => {
    const folder = temporaryFolder();
    expect(codeOf(() => open(join(folder, 'none', 'terminal.db')))).toBe('STORAGE_READ_ONLY');
    mkdirSync(join(folder, 'terminal.db'));
    expect(codeOf(() => open(join(folder, 'terminal.db')))).toBe('STORAGE_READ_ONLY');
  });

  it.runIf(available('unshare', '-r', '-m', 'true'))('a folder that cannot be written (mounted read-only)', () => {
    const script = 'mount -t tmpfs -o ro tmpfs "$1" && "$2" --input-type=module -e "$3" "$1/terminal.db"';
    const run = spawnSync('unshare', ['-r', '-m', 'sh', '-c', script, 'sh', temporaryFolder(), process.execPath, childProgram('')], { encoding: 'utf8' });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain("code: 'STORAGE_READ_ONLY'");
  });
});

describe('durability', () => {
  it('kill -9 at any moment: every enqueue that returned is there, without a gap', async () => {
    for (let round = 0; round < 6; round++) {
      const path = join(temporaryFolder(), 'terminal.db');
      const child = spawn(process.execPath, node(path, 'for (let n = 1; ; n++) say(outbox.enqueue(record(n)));'), { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (said === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * 150);
        said += text;
      });
      await new Promise((resolve) => child.once('close', resolve));
      const last = Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1));
      expect(last).toBeGreaterThan(0);
      const outbox = open(path);
      const { captured, pending } = outbox.counts();
      // One more may have been committed and not yet said.
      expect([last, last + 1]).toContain(captured);
      expect(pending).toBe(captured);
      expect(outbox.check()).toMatchObject({ ok: true, value: { first: 1, last: captured } });
      expect(outbox.enqueue(verification(1))).toBe(captured + 1);
    }
  });

  it.runIf(available('strace', '-V'))('each enqueue is one commit is one fsync', () => {
    const fsyncs = (commits: number): number => {
      const folder = temporaryFolder();
      const log = join(folder, 'strace.txt');
      const program = node(join(folder, 'terminal.db'), `for (let n = 1; n <= ${commits}; n++) outbox.enqueue(record(n)); process.kill(process.pid, 'SIGKILL');`);
      spawnSync('strace', ['-f', '-o', log, '-e', 'trace=fsync,fdatasync', process.execPath, ...program]);
      expect(existsSync(log)).toBe(true);
      return readFileSync(log, 'utf8').split('\n').filter((line) => /f(data)?sync\(\d+\)\s*= 0|f(data)?sync resumed>\)?.*= 0/.test(line)).length;
    };
    // The difference leaves out what opening costs.
    expect(fsyncs(120) - fsyncs(20)).toBe(100);
  });
});
