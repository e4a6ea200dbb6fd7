import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBlanks } from '../../src/cli/cards.js';
import { dataFolder, type DataFolder } from '../../src/cli/data-folder.js';
import { PlatformProcess } from '../../src/cli/demo/platform-process.js';
import type { Outcome } from '../../src/contract/index.js';
import { startVirtualReader, stopVirtualReader } from '../../src/emulator/index.js';
import { createEnrolmentCode, initPlatform, openPlatform } from '../../src/platform/index.js';
import { enrolTerminal, openTerminal, syncTerminal, type Terminal } from '../../src/service/index.js';

/** The value of an outcome that a benchmark cannot do without. */
export const expected = <T>(outcome: Outcome<T>): T => {
  if (outcome.ok) return outcome.value;
  throw new Error(`${outcome.code} ${outcome.detail ?? ''}`.trim());
};

/** A counter as it stands in a hall: virtual readers, an enrolled terminal with blanks, and the platform as a process of its own. */
export interface Counter {
  readonly folder: DataFolder;
  readonly terminal: Terminal;
  readonly platform: PlatformProcess;
  readonly blanks: readonly string[];
  close(): Promise<void>;
}

const openPlatformOf = async (folder: DataFolder, blanks: number): Promise<Omit<Counter, 'close' | 'folder'>> => {
  await (await initPlatform(folder.platform, { environment: 'test', name: 'bench' })).close();
  const administered = await openPlatform(folder.platform);
  const { code } = expected(await createEnrolmentCode(administered, 'bench', ['3303']).finally(() => administered.close()));
  const { socket } = await startVirtualReader(folder.reader);
  const platform = await PlatformProcess.start(folder.root, 0);
  try {
    const { terminal: id } = expected(await enrolTerminal(folder.terminal, platform.url, code, 'bench', { keyStoreDirectory: join(folder.root, 'key-store') }));
    const { cards } = expected(await makeBlanks(folder, blanks, id));
    const terminal = openTerminal(folder.terminal, { env: { PCSCLITE_CSOCK_NAME: socket }, waitForCardMs: 5_000 });
    expected(await syncTerminal(terminal));
    return { terminal, platform, blanks: cards };
  } catch (error) {
    await platform.stop();
    throw error;
  }
};

export const openCounter = async (blanks: number): Promise<Counter> => {
  const root = mkdtempSync(join(tmpdir(), 'wz-bench-'));
  const folder = dataFolder(root);
  const clear = async (): Promise<void> => {
    await stopVirtualReader(folder.reader);
    rmSync(root, { recursive: true, force: true });
  };
  try {
    const opened = await openPlatformOf(folder, blanks);
    const close = async (): Promise<void> => {
      await opened.terminal.close();
      await opened.platform.stop();
      await clear();
    };
    return { folder, ...opened, close };
  } catch (error) {
    await clear();
    throw error;
  }
};

/** Resident memory of a process, bytes (proc(5), VmRSS). */
export const residentBytes = (pid: number): number => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) * 1_024;

/** Time of the processors that a process has used, in milliseconds: utime and stime of proc(5), fields 14 and 15, in ticks of 10 ms. */
export const cpuMs = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold anything: fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};
