import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { CodedError } from '../../../src/contract/index.js';
import { openTerminal, type Terminal } from '../../../src/service/index.js';
import type { RecordKind } from '../protocol.js';
import type { World } from '../world.js';

const many = (n: number): RecordKind[] => Array.from({ length: n }, () => 'verification');

/** Mounts of one's own need a user namespace; where that is barred the two scenarios that need them cannot run, and say so. */
export const namespaces = spawnSync('unshare', ['-r', '-m', 'true'], { stdio: 'ignore' }).status === 0;

/** Writes until nothing more fits. */
const fill = (path: string): void => {
  const file = openSync(path, 'a');
  try {
    for (const size of [65_536, 4_096]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size));
      } catch {
        // ENOSPC is what was wanted.
      }
    }
  } finally {
    closeSync(file);
  }
};

// The folder lives in a memory file system of the given size for one life of the terminal, and is carried back when it has ended.
const onSmallDisk = 'mount -t tmpfs -o "size=$3" tmpfs "$2" && cp -a "$1/." "$2" && shift 3 && "$@"; code=$?; cp -a "$FULL/." "$HOME_FOLDER/"; exit $code';

/** A real full disk: a tmpfs with a size, filled up by another file, freed, filled again. */
export const diskFull = async (world: World): Promise<void> => {
  await world.platform();
  await world.stopTerminal();
  const full = join(world.root, 'full');
  mkdirSync(full, { recursive: true });
  const size = statSync(join(world.terminalFolder, 'terminal.db')).size + 600_000;
  const under = ['unshare', '-r', '-m', 'sh', '-c', onSmallDisk, 'sh', world.terminalFolder, full, String(size)];
  const { process: terminal, failed } = await world.startTerminal({ under, env: { FULL: full, HOME_FOLDER: world.terminalFolder } }, full);
  if (failed !== undefined) throw new Error(`the terminal did not start on a small disk: ${failed}`);
  // The mount is seen by its own processes alone; this is the way in.
  const ballast = `/proc/${terminal.pid}/root${full}/ballast`;
  for (let round = 0; round < 3; round += 1) {
    fill(ballast);
    let code: string | undefined;
    for (let attempt = 0; attempt < 8 && code === undefined; attempt += 1) code = (await world.capture(world.records(many(150))))?.code;
    world.named('disk-full', code, ['DISK_FULL']);
    const pushed = await world.sync();
    if (pushed?.ok === false) world.named('disk-full', pushed.code, ['DISK_FULL']);
    rmSync(ballast);
    const reply = await world.capture(world.records(many(2)));
    if (reply?.ok !== true) world.find(`disk-full: no capture when there is room again: ${reply?.code ?? 'no answer'}`);
    await world.sync();
  }
  await world.stopTerminal();
  await world.terminal();
};

/** The folder is mounted read-only: refused by name, and not a byte of it changes. */
export const readOnly = async (world: World): Promise<void> => {
  await world.stopTerminal();
  const database = join(world.terminalFolder, 'terminal.db');
  const before = readFileSync(database);
  const script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"';
  const { process: terminal, failed } = await world.startTerminal({ under: ['unshare', '-r', '-m', 'sh', '-c', script, 'sh', world.terminalFolder] });
  if (failed === undefined) {
    const reply = await world.capture(world.records(many(1)));
    world.named('read-only', reply?.ok === true ? undefined : reply?.code, ['STORAGE_READ_ONLY']);
    await terminal.close();
  } else {
    world.named('read-only', failed, ['STORAGE_READ_ONLY']);
  }
  if (!readFileSync(database).equals(before)) world.find('read-only: the database changed');
  await world.terminal();
};

/** Another program holds the terminal's database for longer than it waits. */
export const lockedLong = async (world: World): Promise<void> => {
  await world.terminal();
  const db = new Database(join(world.terminalFolder, 'terminal.db'));
  try {
    db.exec('begin immediate');
    const reply = await world.capture(world.records(many(1)));
    world.named('locked', reply?.ok === true ? undefined : reply?.code, ['STORAGE_LOCKED']);
    db.exec('rollback');
  } finally {
    db.close();
  }
  const reply = await world.capture(world.records(many(1)));
  if (reply?.ok !== true) world.find(`locked: no capture when the lock is gone: ${reply?.code ?? 'no answer'}`);
};

/** A lock that goes again: of either database, while records are captured and pushed. */
export const lockedShortly = async (world: World): Promise<void> => {
  const { random } = world;
  await world.platform();
  await world.terminal();
  const path = random.pick([join(world.terminalFolder, 'terminal.db'), join(world.platformFolder, 'platform.db')]);
  const db = new Database(path, { timeout: 5_000 });
  try {
    db.exec('begin immediate');
    const capturing = world.capture(world.some(1, 5));
    await sleep(random.between(10, 120));
    db.exec('rollback');
    world.count('locked-shortly');
    if ((await capturing)?.ok !== true) world.find('locked-shortly: a short lock cost a capture');
    db.exec('begin immediate');
    const syncing = world.sync();
    await sleep(random.between(10, 120));
    db.exec('rollback');
    world.count('locked-shortly');
    if ((await syncing)?.ok !== true) world.find('locked-shortly: a short lock cost a sync');
  } finally {
    db.close();
  }
};

const codeOf = (work: () => void): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof CodedError ? error.code : String(error);
  }
};

/** What is wrong with how a damaged folder was taken; undefined: as it must be. */
const openedDamaged = (folder: string, pending: number): string | undefined => {
  const path = join(folder, 'terminal.db');
  const before = readFileSync(path);
  let terminal: Terminal | undefined;
  const refused = codeOf(() => (terminal = openTerminal(folder)));
  if (terminal === undefined) {
    if (refused !== 'STORAGE_CORRUPT') return `${refused ?? 'nothing'} instead of STORAGE_CORRUPT`;
    return readFileSync(path).equals(before) ? undefined : 'a refused database was written to';
  }
  // It opened: damage in what is used shows when it is read, and is named then.
  const { outbox } = terminal;
  const read = codeOf(() => {
    const sound = outbox.check();
    if (!sound.ok) throw new CodedError(sound.code);
    if (outbox.counts().pending !== pending) throw new Error('records are missing, and nothing was said');
  });
  outbox.close();
  return read === undefined || read === 'STORAGE_CORRUPT' || read === 'SEQUENCE_BROKEN' ? undefined : read;
};

/** Pages of a copy are overwritten: the copy is refused by name before anything is written, or, where the damage lies outside all that counts, holds the same records. */
export const corruptPages = async (world: World): Promise<void> => {
  const { random } = world;
  await world.capture(world.records(many(12)));
  const pending = (await world.state())?.counts?.pending;
  await world.stopTerminal();
  for (let round = 0; round < 6; round += 1) {
    const copy = world.copyOf(world.terminalFolder, 'damaged');
    const path = join(copy, 'terminal.db');
    const bytes = readFileSync(path);
    const pages = bytes.length / 4_096;
    for (let page = random.between(0, pages - 1), n = random.between(1, 3); n > 0 && page < pages; page += 1, n -= 1) {
      bytes.fill(random.pick([0x00, 0xa5, 0xff]), page * 4_096, (page + 1) * 4_096);
    }
    writeFileSync(path, bytes);
    world.count('corrupt-page');
    const refused = openedDamaged(copy, pending ?? 0);
    if (refused !== undefined) world.find(`corrupt-page: ${refused}`);
  }
  await world.terminal();
};

/** Something that is no record stands at the head of the queue: it delays nothing behind it. */
export const poison = async (world: World): Promise<void> => {
  await world.settle();
  await world.captureKinds(['poison', 'verification', 'revocation', 'verification']);
  const reply = await world.sync();
  world.count('poison-at-head');
  if (reply?.ok !== true || reply.counts?.pending !== 0) world.find(`poison-at-head: ${reply?.code ?? 'no answer'}, ${reply?.counts?.pending ?? 0} still wait`);
  else if (reply.quarantined !== 1) world.find(`poison-at-head: ${reply.quarantined ?? 0} in quarantine`);
};
