import { failures, type FailureCode } from '../contract/index.js';

/** An HTTP status and its code, as sync.md 2 lists them. Thrown inside a route and turned into `{code, message}` by the server alone. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  constructor(
    readonly status: number,
    readonly code: FailureCode,
    readonly more: Readonly<Record<string, number>> = {},
    /** seconds, for the header of the same name */
    readonly retryAfter?: number,
  ) {
    super(code);
  }
}

/** The body of an error: a sentence from the table of failures, never from an exception. */
export const errorBody = (code: FailureCode, more: Readonly<Record<string, number>> = {}): Record<string, unknown> => ({ code, message: failures[code].en, ...more });
