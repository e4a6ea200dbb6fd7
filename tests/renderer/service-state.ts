import type { ServiceState } from '../../src/contract/index.js';

/** A police terminal that works and at which nobody is signed in. */
export const state = (other: Partial<ServiceState> = {}): ServiceState => ({
  mode: 'police',
  version: '0.1.0',
  terminal: { id: 'T-0007', name: 'Desk 3', environment: 'test' },
  fault: null,
  signInRequired: true,
  session: null,
  operation: null,
  cardService: 'up',
  readers: [{ name: 'Virtual PCD 00 00', cardPresent: false, mute: false }],
  platform: 'up',
  lastSyncAt: 1_790_000_000,
  syncing: false,
  queue: { pending: 0, quarantined: 0, oldestAt: null },
  list: { issuedAt: 1_790_000_000, ageSeconds: 7_300, stale: false },
  clock: { trustworthy: true, now: 1_790_007_300 },
  certificates: null,
  tornCards: [],
  keypad: false,
  tray: null,
  ...other,
});

export const session = { id: '330302', name: 'Wang Ming', role: 'officer', localData: true } as const;
