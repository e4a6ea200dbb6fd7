import { answerError } from './errors.js';
import { dayOfBcd, decodeReference, uintOf } from './fields.js';
import { recordsOf } from './files.js';
import type { PermitApplication } from './permit-application.js';

/** Rights by their bits in a log record, the lowest first (access.md 4). */
export const accessRights = ['inspect', 'kiosk', 'endorse', 'service', 'manage'] as const;
export type AccessRight = (typeof accessRights)[number];

/** One terminal that authenticated itself to this card. */
export interface AccessLogEntry {
  readonly sequence: number;
  /** YYYY-MM-DD, the card's own date */
  readonly cardDate: string;
  /** As in force. */
  readonly rights: readonly AccessRight[];
  /** Seconds since 1970 UTC; the terminal's claim, as is `purpose` (access.md 4; other numbers are for later versions). */
  readonly claimedTime: number;
  readonly purpose: number;
  /** CHR of the terminal's certificate. */
  readonly holderReference: string;
}

function parseRecord(record: Uint8Array): AccessLogEntry | undefined {
  const sequence = uintOf(record.slice(0, 4));
  const cardDate = dayOfBcd(record.slice(4, 7));
  const bits = record[7] ?? 0;
  const holderReference = decodeReference(record.slice(13));
  if (sequence === 0 || cardDate === undefined || bits >> accessRights.length !== 0 || holderReference === undefined) return undefined;
  const rights = accessRights.filter((_, bit) => ((bits >> bit) & 1) === 1);
  return { sequence, cardDate, rights, claimedTime: uintOf(record.slice(8, 12)), purpose: record[12] ?? 0, holderReference };
}

/** Contents of EF.AccessLog, newest first. Throws CARD_ANSWER_INVALID for a record of another form and where the sequence does not fall. */
export function parseAccessLog(content: Uint8Array): readonly AccessLogEntry[] {
  const entries: AccessLogEntry[] = [];
  for (const record of recordsOf('accessLog', content)) {
    const entry = parseRecord(record);
    const newer = entries.at(-1);
    if (entry === undefined || (newer !== undefined && newer.sequence <= entry.sequence)) throw answerError('access log');
    entries.push(entry);
  }
  return entries;
}

/** Who authenticated itself to this card, newest first, at most 32; needs `manage`, or `kiosk` with the PIN. */
export async function readAccessLog(application: PermitApplication): Promise<readonly AccessLogEntry[]> {
  return parseAccessLog((await application.readFiles('accessLog')).accessLog);
}
