import { z } from 'zod';
import { operatorRoles } from './sync.js';
import { operation } from './purposes.js';

export const terminalMode = z.enum(['counter', 'kiosk', 'police']);
export type TerminalMode = z.infer<typeof terminalMode>;

export const sessionShown = z.strictObject({ id: z.string(), name: z.string(), role: z.enum(operatorRoles), localData: z.boolean().describe('false: drafts, journal and history are closed to this operator yet') });
export type SessionShown = z.infer<typeof sessionShown>;

const daysLeft = z.strictObject({ days: z.int().optional(), state: z.enum(['ok', 'warn', 'ended', 'missing']) });

/** A virtual card of the demonstration's tray. */
export const trayCard = z.strictObject({ name: z.string(), kind: z.enum(['blank', 'permit', 'clone', 'unreadable']), label: z.strictObject({ zh: z.string(), en: z.string() }), inserted: z.boolean() });
export type TrayCard = z.infer<typeof trayCard>;

/**
 * What the service is like now: sent whole when a UI connects and after every change. Times are seconds since 1970 UTC. It never holds a holder's data, keys or
 * passwords. `terminal` null: this machine is not enrolled, or its folder does not open (`fault`).
 */
export const serviceState = z.strictObject({
  mode: terminalMode,
  version: z.string(),
  terminal: z.strictObject({ id: z.string(), name: z.string(), environment: z.enum(['test', 'production']) }).nullable(),
  fault: z.strictObject({ code: z.string(), detail: z.string().optional() }).nullable(),
  signInRequired: z.boolean(),
  session: sessionShown.nullable(),
  /** police: why and where, for every check of this operation */
  operation: operation.nullable(),
  cardService: z.enum(['up', 'down']),
  readers: z.array(z.strictObject({ name: z.string(), cardPresent: z.boolean(), mute: z.boolean() })),
  platform: z.enum(['unknown', 'up', 'down']),
  lastSyncAt: z.int().nullable(),
  syncing: z.boolean(),
  queue: z.strictObject({ pending: z.int(), quarantined: z.int(), oldestAt: z.int().nullable() }),
  /** `stale`: older than the city's limit for this mode */
  list: z.strictObject({ issuedAt: z.int().nullable(), ageSeconds: z.int().nullable(), stale: z.boolean() }),
  clock: z.strictObject({ trustworthy: z.boolean(), now: z.int() }),
  certificates: z.strictObject({ delegation: daysLeft, trustList: daysLeft, statusList: daysLeft, access: daysLeft }).nullable(),
  tornCards: z.array(z.string()).describe('last four digits of the serials of half-written cards'),
  /** a keypad of the holder's is open: it may be asked */
  keypad: z.boolean(),
  /** present in the demonstration only */
  tray: z.array(trayCard).nullable(),
});
export type ServiceState = z.infer<typeof serviceState>;
