/**
 * Between one terminal and the platform over HTTP (sync.md): enrolment, signed requests, pushing the outbox, pulling what is needed off-line.
 * What the platform signs for the card (trust list, status list, delegation) is verified by functions handed in; nothing unverified replaces anything.
 * It keeps no state of its own: what must last lies in the outbox.
 */
export { configSetting, storedConfig, terminalRules, type ConfigContents, type StoredConfig } from './config.js';
export * from './enrol.js';
export * from './http.js';
export * from './platform-client.js';
export * from './pull.js';
export { newestCardOf } from './number-index.js';
export * from './permit-look-up.js';
export * from './person-look-up.js';
export * from './push.js';
export * from './terminal-certificate.js';
export { standing } from './record-status.js';
export * from './sync-loop.js';
