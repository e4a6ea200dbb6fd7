/**
 * The contract: calls and events between UI and service, what is captured and synchronised, and the failure codes.
 * Schemas (zod) and their types only; no I/O, no logic beyond the tables.
 */
export * from './failures.js';
export * from './access.js';
export * from './purposes.js';
export * from './verdict.js';
export * from './resident.js';
export * from './application-form.js';
export * from './ethnic-groups.js';
export * from './records.js';
export * from './check.js';
export * from './diagnosis-texts.js';
export * from './diagnosis.js';
export * from './state.js';
export * from './rule-texts.js';
export * from './counter.js';
export * from './keypad.js';
export * from './workflows.js';
export * from './calls.js';
export * from './link.js';
export * from './page-policy.js';
export * from './host-bridge.js';
export * from './sync.js';
