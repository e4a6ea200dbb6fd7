/**
 * The composition root of the terminal: identity, outbox, readers, trust and workflows put together in one process.
 * It decides nothing of its own: rules are `permit`'s, the order of work is `workflows`', guarantees are `outbox`'s.
 */
export * from './identity.js';
export * from './key-store.js';
export * from './operators.js';
export * from './pulled-config.js';
export * from './roles.js';
export * from './terminal.js';
export * from './pulled-trust.js';
export { enrolTerminal, syncTerminal, type Synced, type SyncOptions } from './sync.js';
export * from './certificates.js';
export * from './epoch.js';
export * from './look-up.js';
export * from './sync-loop.js';
export * from './counter-desk.js';
export * from './shift-history.js';
export * from './diagnosis/index.js';
export * from './app-service.js';
export * from './log.js';
export * from './single-instance.js';
export type { Flows } from './run-book.js';
