import { accessRights, CodedError, done, failed, type AccessRight, type Outcome } from '../contract/index.js';
import { everyDepartment } from '../cvc/index.js';
import {
  accessOfMode,
  createEnrolmentCode,
  initPlatform,
  isAccessMode,
  nextCvca,
  openPlatform,
  serve as serveHttp,
  setTerminalAccess,
  status,
  type Platform,
  type TerminalAccess,
} from '../platform/index.js';
import { clockOf, type DataFolder } from './data-folder.js';
import { printJson, type Output } from './output.js';

export const withPlatform = async <T>(folder: DataFolder, work: (platform: Platform) => Promise<Outcome<T>>): Promise<Outcome<T>> => {
  const platform = await openPlatform(folder.platform, { clock: clockOf(folder.root) });
  try {
    return await work(platform);
  } finally {
    await platform.close();
  }
};

/** Module and token that are to hold the keys: both or neither. */
export const initialise = async (folder: DataFolder, name: string, { module, token }: { module: string | undefined; token: string | undefined }): Promise<Outcome<object>> => {
  if ((module === undefined) !== (token === undefined)) return failed('INPUT_INVALID', module === undefined ? '--pkcs11' : '--token');
  const pkcs11 = module === undefined || token === undefined ? undefined : { module, token };
  const platform = await initPlatform(folder.platform, { environment: 'test', name, clock: clockOf(folder.root), pkcs11 });
  await platform.close();
  return done({ platform: name, environment: 'test', folder: folder.platform, ...(token === undefined ? {} : { token }) });
};

/** A terminal's rights on cards as the command line names them: those of a mode, or a list with its departments. */
export interface AccessWords {
  readonly mode: string | undefined;
  /** by commas; `none`: no right at all */
  readonly rights: string | undefined;
  /** numbers of 16 bits by commas, for the right `service`; `every` */
  readonly departments: string | undefined;
}

const isRight = (text: string): text is AccessRight => (accessRights as readonly string[]).includes(text);
const departmentOf = (text: string): number => (text === 'every' ? everyDepartment : /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN);
const partsOf = (text: string): string[] => text.split(',').map((part) => part.trim());

/** INPUT_INVALID names the option: a mode that is none, a mode and rights together, neither, a right that is none, departments without rights. */
const accessOf = ({ mode, rights, departments }: AccessWords): Outcome<TerminalAccess> => {
  if (rights === undefined) {
    if (departments !== undefined) return failed('INPUT_INVALID', '--rights');
    return mode !== undefined && isAccessMode(mode) ? done(accessOfMode[mode]) : failed('INPUT_INVALID', '--mode');
  }
  if (mode !== undefined) return failed('INPUT_INVALID', '--mode');
  const given = rights === 'none' ? [] : partsOf(rights);
  if (!given.every(isRight)) return failed('INPUT_INVALID', '--rights');
  return done({ rights: given, departments: departments === undefined ? [] : partsOf(departments).map(departmentOf) });
};

export const enrolmentCode = async (folder: DataFolder, name: string, division: string, words: AccessWords): Promise<Outcome<object>> => {
  const mode = words.rights === undefined ? (words.mode ?? 'counter') : words.mode;
  const access = accessOf({ ...words, mode });
  return access.ok ? withPlatform(folder, (platform) => createEnrolmentCode(platform, name, [division], access.value)) : access;
};

/** Stands in the terminal's next certificate. */
export const terminalRights = async (folder: DataFolder, terminal: string, words: AccessWords): Promise<Outcome<object>> => {
  const access = accessOf(words);
  return access.ok ? withPlatform(folder, (platform) => setTerminalAccess(platform, terminal, access.value)) : access;
};

export const cvcaNext = (folder: DataFolder): Promise<Outcome<object>> => withPlatform(folder, nextCvca);

export const platformStatus = (folder: DataFolder): Promise<Outcome<object>> => withPlatform(folder, async (platform) => done({ ...(await status(platform)) }));

/** Serves until it is told to stop; says its address first (with `--json` as the one object). */
export const serve = async (folder: DataFolder, output: Output, port: number, host: string): Promise<Outcome<object>> => {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return failed('INPUT_INVALID', '--port');
  const platform = await openPlatform(folder.platform, { clock: clockOf(folder.root) });
  const serving = await serveHttp(platform, { port, host, logLevel: output.json ? 'silent' : 'warn' }).catch(async (error: unknown) => {
    await platform.close();
    throw error instanceof CodedError ? error : new CodedError('INTERNAL', undefined, { cause: error });
  });
  if (output.json) printJson({ ok: true, command: 'platform serve', url: serving.url, port: serving.port });
  else output.line(`平台已启动 platform listening: ${serving.url}`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    // Whoever started it as a part of something larger is gone.
    process.once('disconnect', () => resolve());
  });
  // A channel that somebody listens on keeps the process alive.
  if (process.connected) process.disconnect();
  await serving.close();
  return done({});
};
