import { z } from 'zod';
import { fullDate } from './resident.js';

const bytes: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);
const bytesOf = (length: number) => bytes.refine((b) => b.length === length, `must be ${length} bytes`);

export const limits = { batchRecords: 500, batchBytes: 4 * 1024 * 1024 } as const;

/** Shapes of sync.md as decoded CBOR maps with integer keys, turned into objects at the edge. */
export const keySet = z.strictObject({ serial: bytesOf(10), keyVersion: z.int(), enc: bytesOf(16), mac: bytesOf(16), dek: bytesOf(16) });
export type KeySet = z.infer<typeof keySet>;

export const numberBlock = z.strictObject({ division: z.string().regex(/^\d{6}$/), year: z.int(), kind: z.int(), first: z.int(), last: z.int() });
export type NumberBlock = z.infer<typeof numberBlock>;

export const platformError = z.object({ code: z.string(), message: z.string() });

/** `typ` of the signed sync objects (sync.md); those of the card are in `permit`. */
export const syncTyp = { enrol: 'wz-enrol', request: 'wz-req', time: 'wz-time', batch: 'wz-batch', receipt: 'wz-receipt', advance: 'wz-advance', advanced: 'wz-advanced', config: 'wz-config', permit: 'wz-permit', person: 'wz-person', access: 'wz-access' } as const;

/** Named settings that the platform signs and terminals pull (sync.md 5.1). */
export const configNames = ['rules', 'operators', 'catalogue', 'notices', 'number-index'] as const;
export type ConfigName = (typeof configNames)[number];

const count = z.int().nonnegative();
/** What the city sets, as opposed to what the law sets (`permit` holds that). Money in 1/100 yuan, times in seconds unless the name says days. */
export const terminalRules = z.strictObject({
  fees: z.strictObject({ replacement: count }),
  maxListAgeSeconds: z.strictObject({ counter: count, kiosk: count, police: count }),
  making: z.record(z.string().regex(/^\d{2,6}$/), z.enum(['spot', 'batch'])),
  issueDays: count,
  changeDays: count,
  endorsementDueDayCounts: z.boolean(),
  operatorOfflineDays: count,
  lockout: z.strictObject({ tries: z.int().positive(), seconds: count }),
  outboxLimit: z.strictObject({ records: z.int().positive(), bytes: z.int().positive() }),
  closureDays: count,
});
export type TerminalRules = z.infer<typeof terminalRules>;

export const defaultRules: TerminalRules = {
  fees: { replacement: 2_000 },
  maxListAgeSeconds: { counter: 7 * 86_400, kiosk: 86_400, police: 3 * 86_400 },
  making: { '3303': 'spot' },
  issueDays: 15,
  changeDays: 10,
  endorsementDueDayCounts: true,
  operatorOfflineDays: 7,
  lockout: { tries: 5, seconds: 900 },
  outboxLimit: { records: 20_000, bytes: 512 * 1024 * 1024 },
  closureDays: 10,
};

export const operatorRoles = ['operator', 'supervisor', 'officer', 'administrator'] as const;
export type OperatorRole = (typeof operatorRoles)[number];
export const operatorEntry = z.strictObject({
  id: z.string().min(1).max(40),
  name: z.string().min(1).max(50),
  role: z.enum(operatorRoles),
  verifier: z.string().startsWith('$argon2id$'),
  disabled: z.boolean(),
});
export type OperatorEntry = z.infer<typeof operatorEntry>;

export const notice = z.strictObject({ id: z.string().min(1).max(40), version: z.int().positive(), from: fullDate, zh: z.string().min(1), en: z.string().min(1) });
export type Notice = z.infer<typeof notice>;

/** What the platform says of a permit by its number (sync.md 5). */
export const permitFacts = z.strictObject({
  permitNumber: z.string().regex(/^\d{18}$/),
  state: z.string(),
  kind: z.union([z.literal(1), z.literal(2)]),
  issuedOn: fullDate,
  expiresOn: fullDate.optional(),
  goodUntil: fullDate.optional(),
  yearsCountFrom: fullDate.optional(),
  cards: z.array(z.strictObject({ serial: z.string().regex(/^[0-9a-f]{20}$/), statusIndex: count, status: z.int().min(0).max(3) })),
  at: count,
});
export type PermitFacts = z.infer<typeof permitFacts>;

/** Why a counter asks for the permits of a person. */
export const personAskedFor = ['application'] as const;
export type PersonAskedFor = (typeof personAskedFor)[number];

/** One permit of a person whose ID number was asked for (sync.md 5.3): what a clerk must see before another one is begun, nothing more. */
export const permitOfPerson = z.strictObject({
  permitNumber: z.string().regex(/^\d{18}$/),
  state: z.string(),
  kind: z.union([z.literal(1), z.literal(2)]),
  issuedOn: fullDate,
  expiresOn: fullDate.optional(),
  goodUntil: fullDate.optional(),
  /** where the holder lives, twelve digits */
  division: z.string().regex(/^\d{12}$/),
  /** first character and asterisks */
  maskedName: z.string().min(1),
  birth: fullDate,
});
export type PermitOfPerson = z.infer<typeof permitOfPerson>;

/** Contents of a signed setting by its name (sync.md 5.1), operators opened. */
export const configContents = {
  rules: terminalRules,
  operators: z.array(operatorEntry),
  catalogue: z.array(z.record(z.string(), z.unknown())),
  notices: z.array(notice),
  'number-index': bytes,
} as const satisfies Readonly<Record<ConfigName, z.ZodType>>;

/** A signed setting as a terminal keeps it: `pulledAt` is when the platform last said that it is in force. */
export const storedConfig = z.strictObject({ version: z.int().positive(), issuedAt: z.int().nonnegative(), contents: z.unknown(), pulledAt: z.int().nonnegative() });
