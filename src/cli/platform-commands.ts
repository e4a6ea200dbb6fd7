import { CodedError, done, failed, type Outcome } from '../contract/index.js';
import { createEnrolmentCode, initPlatform, openPlatform, serve as serveHttp, status, type Platform } from '../platform/index.js';
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

export const enrolmentCode = (folder: DataFolder, name: string, division: string): Promise<Outcome<object>> => withPlatform(folder, (platform) => createEnrolmentCode(platform, name, [division]));

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
  });
  await serving.close();
  return done({});
};
