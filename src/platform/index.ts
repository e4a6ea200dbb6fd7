/**
 * The central platform, first version: enrols terminals, certifies their keys, allots numbers, status indexes and blank cards, is CVCA and document verifier of their rights on cards, takes their records in
 * exactly once, tells the life of every permit from them, and publishes trust list, status list, rules and operators. HTTP by Fastify, storage behind
 * ports (`storage/ports.ts`), SQLite embedded. It has no console and no department feeds yet, and it never speaks to a card.
 */
export { initPlatform, openPlatform, Platform, systemClock, type Clock, type InitOptions, type PlatformOptions } from './platform.js';
export { buildServer, platformVersion, type ServerOptions } from './server.js';
export { serve, type ServeOptions, type Serving } from './serve.js';
export {
  beginEpoch,
  blockTerminal,
  createEnrolmentCode,
  findPermit,
  nextCvca,
  registerBlank,
  registerBlanks,
  revoke,
  setTerminalAccess,
  status,
  type Authority,
  type EnrolmentCode,
  type PlatformStatus,
} from './administration.js';
export { accessOfMode, isAccessMode, type AccessMode } from './access-rights.js';
export { addNotice, addOperator, disableOperator, listOperators, resetOperatorPassword, setRules, type ListedOperator } from './settings-administration.js';
export { feesByDay, overdueApplications, permitHistory, stockOverview, type PermitHistory, type StockOverview } from './reports.js';
export { currentRules } from './config.js';
export { buildStatusListToken, deflateStatuses, type StatusListOf } from './status-list.js';
export { deriveKeySet } from './card-keys.js';
export { defaultSettings, type Settings } from './settings.js';
export type { CardMaster, EcKey, Environment, PlatformKeys, SigningKey } from './keys/index.js';
export type { Counts, FeesOfDay, OverdueApplication, PermitEvent, PermitStatus, StockCount, Storage, Terminal, TerminalAccess } from './storage/ports.js';
