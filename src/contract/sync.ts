import { z } from 'zod';

const bytes: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);
const bytesOf = (length: number) => bytes.refine((b) => b.length === length, `must be ${length} bytes`);
const time = z.int().nonnegative();

/** Shapes of sync.md as decoded CBOR maps with integer keys, turned into objects at the edge. */
export const outboxRecord = z.tuple([z.int().positive(), z.string(), z.int().min(0).max(9), time, bytes]);
export type OutboxRecordTuple = z.infer<typeof outboxRecord>;

export const limits = { batchRecords: 500, batchBytes: 4 * 1024 * 1024 } as const;

export const keySet = z.strictObject({ serial: bytesOf(10), keyVersion: z.int(), enc: bytesOf(16), mac: bytesOf(16), dek: bytesOf(16) });
export type KeySet = z.infer<typeof keySet>;

export const numberBlock = z.strictObject({ division: z.string().regex(/^\d{6}$/), year: z.int(), kind: z.int(), first: z.int(), last: z.int() });
export type NumberBlock = z.infer<typeof numberBlock>;

export const platformError = z.object({ code: z.string(), message: z.string() });

/** `typ` of the signed sync objects (sync.md); those of the card are in `permit`. */
export const syncTyp = { enrol: 'wz-enrol', request: 'wz-req', time: 'wz-time', batch: 'wz-batch', receipt: 'wz-receipt' } as const;
