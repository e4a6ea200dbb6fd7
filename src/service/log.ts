import { pino, type LoggerOptions } from 'pino';
import { isFailureCode, terminalMode, workflowNames } from '../contract/index.js';
import { LogFile, type LogFileOptions } from './log-file.js';

/** What the service writes about itself. A line is one of these events with fields of the list below, and nothing else. */
export const logEvents = [
  'service started', 'service ready', 'service stopping', 'service stopped', 'service failed', 'terminal opened', 'terminal closed to use', 'run ended', 'call refused', 'bug', 'signed in', 'signed out', 'locked',
  'sync ended', 'sync failed', 'page served from', 'browser let in', 'browser refused', 'connection opened', 'connection closed', 'host attached', 'host gone', 'readers', 'reader process ended by request', 'tray unreachable', 'diagnosis saved', 'history opened',
] as const;
export type LogEvent = (typeof logEvents)[number];

const count = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const word = (form: RegExp) => (value: unknown): boolean => typeof value === 'string' && form.test(value);
const oneOf = (values: readonly string[]) => (value: unknown): boolean => typeof value === 'string' && values.includes(value);

/**
 * The only fields that reach the log, each with the form that its value must have: numbers, codes of the contract, names of this program's own. No text of an exception, no
 * name, no number of a person or a permit, no APDU fits any of them.
 */
const fields = {
  code: (value: unknown) => typeof value === 'string' && isFailureCode(value),
  run: word(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/),
  workflow: oneOf(workflowNames),
  mode: oneOf(terminalMode.options),
  reason: oneOf(['host', 'origin', 'cookie', 'token', 'path', 'method', 'size', 'json', 'call', 'many', 'slow', 'dead', 'ipc', 'request']),
  signal: word(/^SIG[A-Z0-9]{2,9}$/),
  /** of an error: its class, and the line of our own program where it was thrown */
  error: word(/^[A-Z][A-Za-z]{0,30}Error$|^Error$/),
  at: word(/^[a-z-]{1,40}\.(js|ts):\d{1,5}$/),
  version: word(/^\d+\.\d+\.\d+$/),
  ms: count, apdus: count, bytes: count, reader: count, readers: count, cards: count, seq: count, pid: count, pending: count, pushed: count, pullsFailed: count, port: count, runs: count, connections: count, skipped: count, exit: count,
} as const;
export type LogFields = { readonly [F in keyof typeof fields]?: string | number | undefined };

const allowed = (object: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([name, value]) => Object.hasOwn(fields, name) && fields[name as keyof typeof fields](value)));

/** For pino: what it is handed is reduced to the lists above, in the formatter, whatever the caller meant to log. */
export const loggerOptions: LoggerOptions = {
  level: 'info',
  // Neither the name of the machine nor, by default, anything else.
  base: { pid: process.pid },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }), log: allowed, bindings: allowed },
  serializers: {},
  hooks: {
    logMethod([first, second]: unknown[], method) {
      const text = typeof first === 'string' ? first : second;
      const object = typeof first === 'object' && first !== null && !(first instanceof Error) ? first : {};
      method.call(this, object, oneOf(logEvents)(text) ? String(text) : 'other');
    },
  },
};

/** A line of a log file, reduced once more to what a line may hold; undefined for what is none. */
export const redactedLine = (line: string): Readonly<Record<string, unknown>> | undefined => {
  let object: unknown;
  try {
    object = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof object !== 'object' || object === null) return undefined;
  const { level, time, msg, ...rest } = object as Record<string, unknown>;
  if (typeof level !== 'string' || !/^(info|warn|error)$/.test(level) || typeof time !== 'string' || !/^[0-9TZ:.-]{20,30}$/.test(time)) return undefined;
  return { level, time, msg: typeof msg === 'string' && oneOf(logEvents)(msg) ? msg : 'other', ...allowed(rest) };
};

export interface ServiceLog {
  info(event: LogEvent, fields?: LogFields): void;
  warn(event: LogEvent, fields?: LogFields): void;
  error(event: LogEvent, fields?: LogFields): void;
  close(): void;
}

/** What may be said of an exception that is a bug: its class and where in our program it was thrown, never its text. */
export const errorFields = (error: unknown): LogFields => {
  if (!(error instanceof Error)) return { error: 'Error' };
  const at = /([a-z-]+\.(?:js|ts):\d+):\d+\)?$/m.exec(error.stack?.replace(/^.*?\n/, '') ?? '')?.[1];
  return { error: error.name, ...(at === undefined ? {} : { at }) };
};

/** Structured lines in `folder`/service.log, from warnings on also on standard error. */
export const openLog = (folder: string, options: LogFileOptions = {}): ServiceLog => {
  const file = new LogFile(folder, options);
  const errors = { write: (line: string): void => void process.stderr.write(line) };
  const logger = pino(loggerOptions, pino.multistream([{ level: 'info', stream: file }, { level: 'warn', stream: errors }]));
  return {
    info: (event, said = {}) => logger.info(said, event),
    warn: (event, said = {}) => logger.warn(said, event),
    error: (event, said = {}) => logger.error(said, event),
    close: () => file.close(),
  };
};
