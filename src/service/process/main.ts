/**
 * The service process: one for each data folder, started by a host (Electron's main process, the launcher) with an IPC channel, or by hand with `--listen`.
 * It puts arguments, log, lock, service and transports together and ends them in order; what the app does is `AppService`'s. Exit code 0 after `stop`, a signal, or the end
 * of the host; 1 when it cannot begin, or after a bug that nobody caught.
 */
import { join } from 'node:path';
import { CodedError, type FailureCode, type ServiceMessage } from '../../contract/index.js';
import { AppService } from '../app-service.js';
import { errorFields, openLog, type ServiceLog } from '../log.js';
import { takeFolder } from '../single-instance.js';
import { serviceArguments } from './arguments.js';
import { HostLink } from './host-link.js';
import { Loopback } from './loopback.js';

/** Messages on their way: a process that exits takes them with it. */
let unsent = 0;
let sent = (): void => undefined;

/** A host that went away hears nothing; its going is told by 'disconnect'. */
const send = (message: ServiceMessage): void => {
  if (!process.connected) return;
  unsent += 1;
  process.send?.(message, undefined, undefined, () => {
    unsent -= 1;
    if (unsent === 0) sent();
  });
};

const allSent = (): Promise<void> =>
  new Promise((resolve) => {
    if (unsent === 0) return resolve();
    sent = resolve;
    // A host that does not read any more holds nobody up.
    setTimeout(resolve, 1_000);
  });

/** The last word of a service that cannot begin: to the host, and as one line on standard error. */
const refuse = async (code: FailureCode, detail: string | undefined, log?: ServiceLog): Promise<void> => {
  log?.error('service failed', { code });
  if (log === undefined) process.stderr.write(`${JSON.stringify({ level: 'error', code })}\n`);
  send({ kind: 'failed', code, ...(detail === undefined ? {} : { detail }) });
  await allSent();
};

/** What every user of the machine could read in an argument is handed over in the environment. Not for children of ours. */
const secretOf = (name: string): string | undefined => {
  const secret = process.env[name];
  Reflect.deleteProperty(process.env, name);
  return secret === '' ? undefined : secret;
};

const run = async (args: readonly string[]): Promise<void> => {
  // A browser that was let in stays so when the service is started anew: its host hands the same key to each.
  const key = secretOf('RESIDENCE_CARD_LOOPBACK_KEY');
  const handedTray = secretOf('RESIDENCE_CARD_TRAY');
  let log: ServiceLog | undefined;
  try {
    const { data, mode, listen, renderer, pcsc, tray = handedTray, keyStore, lockAfterMs } = serviceArguments(args);
    const lock = takeFolder(data);
    log = openLog(join(data, 'logs'));
    const told = log;
    const service = await AppService.start({ folder: data, mode, log, pcsc, tray, onLeave: () => link.leave(), ...(lockAfterMs === undefined ? {} : { lockAfterMs }), ...(keyStore === undefined ? {} : { keyStore: { keyStoreDirectory: keyStore } }) });
    const loopback = listen === undefined ? undefined : await Loopback.start({ service, log, mode, port: listen, renderer, key });
    const hosted = process.connected;
    // An open timer keeps the process, whoever else goes.
    const alive = setInterval(() => undefined, 60_000);
    let stopping = false;
    const stop = (signal?: string): void => {
      if (stopping) return;
      stopping = true;
      if (signal !== undefined) told.info('service stopping', { signal });
      void end().catch((error: unknown) => bug(error));
    };
    const end = async (): Promise<void> => {
      loopback?.stopListening();
      await service.stop();
      await loopback?.close();
      await allSent();
      lock.release();
      told.close();
      clearInterval(alive);
      process.exit(0);
    };
    const bug = (error: unknown): never => {
      told.error('bug', errorFields(error));
      process.exit(1);
    };
    process.on('uncaughtException', bug);
    process.on('unhandledRejection', bug);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
    const link = new HostLink({ service, log, send, address: () => loopback?.address(), stop: () => stop() });
    process.on('message', (message) => link.receive(message));
    if (hosted) {
      process.once('disconnect', () => {
        told.warn('host gone');
        link.gone();
        stop();
      });
      // It went before it could be heard to go.
      if (!process.connected) stop();
    }
    log.info('service ready', { pid: process.pid });
    send({ kind: 'ready' });
    if (!hosted && loopback !== undefined) process.stdout.write(`${JSON.stringify({ url: loopback.address() })}\n`);
  } catch (error) {
    if (!(error instanceof CodedError)) {
      log?.error('bug', errorFields(error));
      await refuse('INTERNAL', undefined, log);
    } else await refuse(error.code, error.detail, log);
    process.exit(1);
  }
};

await run(process.argv.slice(2));
