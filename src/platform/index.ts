/**
 * The central platform, first version: enrols terminals, certifies their keys, allots numbers, status indexes and blank cards, takes their records in
 * exactly once, keeps the registries of residents and permits, and publishes trust list and status list. HTTP by Fastify, storage behind ports
 * (`storage/ports.ts`), SQLite embedded. It has no console, no department feeds and no operators of its own yet, and it never speaks to a card.
 */
export { initPlatform, openPlatform, Platform, systemClock, type Clock, type InitOptions, type PlatformOptions } from './platform.js';
export { buildServer, platformVersion, type ServerOptions } from './server.js';
export { serve, type ServeOptions, type Serving } from './serve.js';
export {
  beginEpoch,
  blockTerminal,
  createEnrolmentCode,
  findPermit,
  registerBlank,
  registerBlanks,
  revoke,
  status,
  type EnrolmentCode,
  type PlatformStatus,
} from './administration.js';
export { buildStatusListToken, deflateStatuses, type StatusListOf } from './status-list.js';
export { deriveKeySet } from './card-keys.js';
export { aesCmac } from './aes-cmac.js';
export { defaultSettings, type Settings } from './settings.js';
export type { Environment, PlatformKeys, SigningKey } from './keys.js';
export type { Counts, PermitStatus, Storage, Terminal } from './storage/ports.js';
