import { encodeCbor, type Sha256 } from '../cose/index.js';

/** One record of the queue as sync.md 3 sends it, with its chain hash. `capturedAt` in seconds since 1970 UTC. */
export interface QueuedRecord {
  readonly seq: number;
  readonly type: string;
  readonly priority: number;
  readonly capturedAt: number;
  readonly sealed: Uint8Array;
  readonly hash: Uint8Array;
}

/** h(0) of sync.md 3: the chain of one terminal in one epoch begins here. 32 bytes. */
export const chainStart = (sha256: Sha256, terminal: string, epoch: number): Uint8Array => sha256(encodeCbor(['wz-chain', terminal, epoch]));

/** h(n) of sync.md 3. An encoded array carries the length of each field, so two different records never hash the same bytes. */
export const chainHash = (sha256: Sha256, before: Uint8Array, record: Omit<QueuedRecord, 'hash'>): Uint8Array =>
  sha256(encodeCbor([before, record.seq, record.type, record.priority, record.capturedAt, record.sealed]));
