/**
 * Sync of a terminal with the platform over HTTP (sync.md): enrolment with a pinned root, signed requests, the clock judged by the platform's
 * signed time, push of the outbox against receipts, pull of trust list, status list, delegation, numbers, key sets and code tables.
 * What does not verify is discarded and what was in force stays. It schedules nothing (the service does, with `nextDelay`) and knows no
 * rule of trust: the verifiers are handed in.
 */
export { SyncClient, type PullReport, type PullResult, type SyncOptions } from './client.js';
export { enrol, keepEnrolment, type Enrolment, type EnrolOptions } from './enrol.js';
export { parseEnrolmentCode, type EnrolmentCode } from './enrolment-code.js';
export { longestDelay, nextDelay, retryAfterSeconds } from './backoff.js';
export type { SyncFailure } from './failure.js';
export { pullItems, type NumberNeed, type PullItem, type Pulling } from './pull.js';
export type { PushReport, PushResult } from './push.js';
export { PulledView, tolerableSkew, type ClockState } from './state.js';
export type { Verifiers } from './verifiers.js';
