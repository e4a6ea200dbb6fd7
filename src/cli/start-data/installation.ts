import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CodedError, type Outcome } from '../../contract/index.js';
import { accessOfMode, addNotice, addOperator, createEnrolmentCode, initPlatform, openPlatform, type AccessMode } from '../../platform/index.js';
import { enrolTerminal, openTerminal } from '../../service/index.js';
import { stopVirtualReader } from '../../emulator/index.js';
import { ensureReader } from '../cards.js';
import { dataFolder, startMarkerOf, type DataFolder } from '../data-folder.js';
import { PlatformProcess } from '../demo/platform-process.js';
import type { Output } from '../output.js';
import { CardMaker } from './make-cards.js';
import { staff } from './staff.js';
import { cityNotice } from './notice.js';

/** `port`: the platform's, which the terminals were enrolled at. */
const marker = z.strictObject({ form: z.literal(3), port: z.int().min(1).max(65_535) });
export type Installation = z.infer<typeof marker>;

const wantedPort = 8460;

/** The folder of an earlier `npm start`, or undefined: none, or something else. Throws CodedError STORAGE_CORRUPT. */
export const findInstallation = (root: string): Installation | undefined => {
  if (!existsSync(startMarkerOf(root))) return undefined;
  try {
    return marker.parse(JSON.parse(readFileSync(startMarkerOf(root), 'utf8')));
  } catch (cause) {
    throw new CodedError('STORAGE_CORRUPT', 'start.json', { cause });
  }
};

/** What stood there before (a folder of an earlier form, of the command line, of the demo) is moved aside whole; the new name, or undefined where there was nothing. */
const setAside = async (root: string, now: Date): Promise<string | undefined> => {
  if (!existsSync(root) || readdirSync(root).length === 0) return undefined;
  await stopVirtualReader(root);
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const free = (n: number): string => {
    const name = `${root}-earlier-${stamp}${n === 0 ? '' : `-${n}`}`;
    return existsSync(name) ? free(n + 1) : name;
  };
  const name = free(0);
  renameSync(root, name);
  return name;
};

const valueOf = <T>(outcome: Outcome<T>): T => {
  if (outcome.ok) return outcome.value;
  throw new CodedError(outcome.code, outcome.detail);
};

const makePlatform = async (folder: DataFolder): Promise<void> => {
  const platform = await initPlatform(folder.platform, { environment: 'test', name: 'Wenzhou' });
  try {
    for (const { id, name, role, password } of Object.values(staff)) valueOf(await addOperator(platform, id, name, role, ['3303'], password));
    valueOf(await addNotice(platform, cityNotice(platform.clock())));
  } finally {
    await platform.close();
  }
};

const names: Readonly<Record<AccessMode, string>> = { counter: '演示窗口', kiosk: '演示自助机', police: '演示巡逻点' };

const enrol = async (folder: DataFolder, url: string, terminal: string, mode: AccessMode, name = names[mode]): Promise<void> => {
  const platform = await openPlatform(folder.platform);
  const { code } = valueOf(await createEnrolmentCode(platform, mode, ['3303'], accessOfMode[mode]).finally(() => platform.close()));
  valueOf(await enrolTerminal(terminal, url, code, name, { keyStoreDirectory: join(folder.root, 'key-store') }));
};

const makeShelf = async (folder: DataFolder, output: Output): Promise<void> => {
  const env = { PCSCLITE_CSOCK_NAME: (await ensureReader(folder)).socket };
  const counter = openTerminal(folder.terminal, { env, waitForCardMs: 5_000 });
  const away = openTerminal(folder.away, { env, waitForCardMs: 5_000 });
  const police = openTerminal(folder.police, { env, mode: 'police', waitForCardMs: 5_000 });
  try {
    const progress = (done: number, of: number): void => output.progress(`  签发虚拟居住证 issuing virtual permits ${done}/${of}`);
    await new CardMaker({ folder, counter, away, police, progress }).make();
  } finally {
    await counter.close();
    await away.close();
    await police.close();
  }
};

/** Everything of the first start, in a folder beside: what was interrupted is begun anew, and a folder with the marker is whole. */
const make = async (root: string, output: Output): Promise<Installation> => {
  const building = `${root}.making`;
  await stopVirtualReader(building);
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true, mode: 0o700 });
  const folder = dataFolder(building);
  output.progress('第一次启动，不到一分钟 The first start takes less than a minute');
  output.progress('  初始化平台，登记人员 making the platform and its operators');
  await makePlatform(folder);
  const platform = await PlatformProcess.start(building, wantedPort).catch(() => PlatformProcess.start(building, 0));
  try {
    output.progress('  注册窗口终端和民警终端 enrolling counters and a police terminal');
    await enrol(folder, platform.url, folder.terminal, 'counter');
    await enrol(folder, platform.url, folder.away, 'counter', '演示外勤点');
    await enrol(folder, platform.url, folder.police, 'police');
    await makeShelf(folder, output);
  } finally {
    await platform.stop();
    await stopVirtualReader(building);
  }
  const installation: Installation = { form: 3, port: platform.port };
  writeFileSync(startMarkerOf(building), `${JSON.stringify(installation)}\n`, { mode: 0o600 });
  if (existsSync(root)) rmdirSync(root);
  renameSync(building, root);
  return installation;
};

/** The folder of this start: found, or made with everything in it. */
export const ensureInstallation = async (root: string, output: Output): Promise<Installation> => {
  const found = findInstallation(root);
  if (found !== undefined) return found;
  const earlier = await setAside(root, new Date());
  if (earlier !== undefined) output.progress(`原有数据已移到 What stood there was moved to ${earlier}`);
  return make(root, output);
};
