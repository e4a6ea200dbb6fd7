import { CodedError, exitCodeOf, failures, isFailureCode, type Failure, type Outcome } from '../contract/index.js';
import { systemFailure } from '../service/system-failure.js';

/** Where a command speaks: with `--json` exactly one object on standard output, all else on standard error. */
export interface Output {
  readonly json: boolean;
  /** Something a person reads while the work goes on. */
  progress(text: string): void;
  /** Something a person reads as the answer; silent with `--json`. */
  line(text: string): void;
}

export const makeOutput = (json: boolean): Output => ({
  json,
  progress: (text) => process.stderr.write(`${text}\n`),
  line: (text) => {
    if (!json) process.stdout.write(`${text}\n`);
  },
});

/** Bytes become hexadecimal, so that every answer is plain JSON. */
const plain = (_key: string, value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
};

export const printJson = (value: object): void => {
  process.stdout.write(`${JSON.stringify(value, plain)}\n`);
};

const printFailure = (output: Output, command: string, failure: Failure): void => {
  const text = failures[failure.code];
  if (output.json) {
    const sentences = { zh: text.zh, en: text.en, next: { zh: text.nextZh, en: text.nextEn } };
    printJson({ ok: false, command, code: failure.code, ...(failure.detail === undefined ? {} : { detail: failure.detail }), ...sentences });
    return;
  }
  const detail = failure.detail === undefined ? '' : ` (${failure.detail})`;
  process.stderr.write(`✕ ${text.zh}${text.nextZh}\n  ${text.en} ${text.nextEn}\n  ${failure.code}${detail}\n`);
};

/** A thrown fault as a value: coded errors keep their code; anything else is a bug and is named so, without its message (it may hold data). */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof CodedError) return { ok: false, code: error.code, ...(error.detail === undefined ? {} : { detail: error.detail }) };
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string' && isFailureCode(code)) return { ok: false, code };
  const system = systemFailure(error);
  if (system !== undefined) return { ok: false, code: system };
  return { ok: false, code: 'INTERNAL', detail: error instanceof Error ? error.name : typeof error };
};

/**
 * Runs one command and ends with its exit code: 0 done, 2 refusal, 1 fault.
 * `human` prints the answer for a person; with `--json` the value is printed as one object instead.
 */
export const finish = async <T extends object>(output: Output, command: string, work: () => Promise<Outcome<T>>, human: (value: T) => void): Promise<void> => {
  let outcome: Outcome<T>;
  try {
    outcome = await work();
  } catch (error) {
    if (process.env['RESIDENCE_CARD_DEBUG'] !== undefined) process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    outcome = failureOf(error);
  }
  if (outcome.ok) {
    if (output.json) printJson({ ok: true, command, ...outcome.value });
    else human(outcome.value);
    process.exitCode = 0;
    return;
  }
  printFailure(output, command, outcome);
  process.exitCode = exitCodeOf(outcome.code);
};
