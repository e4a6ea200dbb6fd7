import { createHash, randomBytes } from 'node:crypto';
import { done, failed, type KeySet, type Outcome, type RevocationRecord } from '../contract/index.js';
import { encodeCbor } from '../cose/index.js';
import { accessOfMode, checkedAccess } from './access-rights.js';
import { rollOver } from './card-verifiable.js';
import { deriveKeySet, deriveKeySets } from './card-keys.js';
import { crockford, inGroups } from './crockford.js';
import { prepareRevocation } from './intake/prepare.js';
import type { Platform } from './platform.js';
import type { Counts, PermitStatus, Terminal, TerminalAccess } from './storage/ports.js';

const secretLength = 10;
export const hashSecret = (secret: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update('wz-enrolment-code').update(secret).digest());

export interface EnrolmentCode {
  /** 32 characters of Crockford base 32 in groups of four (sync.md 1); shown once, never stored */
  readonly code: string;
  readonly expiresAt: number;
}

/**
 * A one-time code for a terminal that may sign for divisions with these leading digits, with its rights on cards: those of a counter unless stated.
 * DIVISION_UNKNOWN: beyond the issuer's own; INPUT_INVALID.
 */
export const createEnrolmentCode = async (
  platform: Platform,
  name: string,
  prefixes: readonly string[],
  access: TerminalAccess = accessOfMode.counter,
): Promise<Outcome<EnrolmentCode>> => {
  const { issuer, root } = platform.keys;
  if (name.trim() === '' || name.length > 60) return failed('INPUT_INVALID', 'name');
  if (prefixes.length === 0 || !prefixes.every((p) => /^\d{2,6}$/.test(p) && issuer.prefixes.some((own) => p.startsWith(own)))) return failed('DIVISION_UNKNOWN', 'prefixes');
  const given = checkedAccess(access);
  if (!given.ok) return given;
  const secret = randomBytes(secretLength);
  const rootHash = createHash('sha256').update(encodeCbor(root.coseKey)).digest().subarray(0, 10);
  const createdAt = platform.clock();
  const expiresAt = createdAt + platform.settings.enrolmentCodeSeconds;
  await platform.storage.terminals.addCode({ hash: hashSecret(secret), name, prefixes, createdAt, expiresAt, ...given.value });
  return done({ code: inGroups(crockford(Buffer.concat([secret, rootHash]))), expiresAt });
};

/** The card factory's part for `n` virtual blanks: unique serials, entered in the stock (allotted when a terminal is named), with the keys to put on them. */
export const registerBlanks = async (platform: Platform, n: number, terminal?: string): Promise<Outcome<KeySet[]>> => {
  if (!Number.isSafeInteger(n) || n < 1 || n > 100_000) return failed('INPUT_INVALID', 'count');
  if (terminal !== undefined && (await platform.storage.terminals.find(terminal)) === undefined) return failed('TERMINAL_UNKNOWN');
  const serials = Array.from({ length: n }, () => new Uint8Array(randomBytes(10)));
  const registered = await platform.storage.stock.registerBlanks(serials.map((s) => Buffer.from(s).toString('hex')), terminal);
  return registered.ok ? done(await deriveKeySets(platform.keys.cardMaster, serials)) : registered;
};

/** Enters or allots one blank by its serial (20 hexadecimal digits). */
export const registerBlank = async (platform: Platform, serial: string, terminal?: string): Promise<Outcome<KeySet>> => {
  if (!/^[0-9a-f]{20}$/.test(serial)) return failed('INPUT_INVALID', 'serial');
  if (terminal !== undefined && (await platform.storage.terminals.find(terminal)) === undefined) return failed('TERMINAL_UNKNOWN');
  const registered = await platform.storage.stock.registerBlanks([serial], terminal);
  return registered.ok ? done(deriveKeySet(platform.keys.cardMaster, new Uint8Array(Buffer.from(serial, 'hex')))) : registered;
};

/** Blocks a lost terminal: its requests are refused and its certificates stand in the next trust list. */
export const blockTerminal = async (platform: Platform, terminal: string): Promise<Outcome<{ trustList: number }>> => {
  if (!(await platform.storage.terminals.block(terminal, platform.clock()))) return failed('TERMINAL_UNKNOWN');
  return done({ trustList: (await platform.trust()).number });
};

/** Other rights on cards; they stand in the terminal's next certificate. TERMINAL_UNKNOWN, INPUT_INVALID. */
export const setTerminalAccess = async (platform: Platform, terminal: string, access: TerminalAccess): Promise<Outcome<TerminalAccess>> => {
  const given = checkedAccess(access);
  if (!given.ok) return given;
  return (await platform.storage.terminals.setAccess(terminal, given.value)) ? given : failed('TERMINAL_UNKNOWN');
};

/** A CVCA certificate: its CHR, first and last day. */
export interface Authority {
  readonly reference: string;
  readonly effective: string;
  readonly expires: string;
}
const authorityOf = ({ holderReference: reference, effective, expires }: { holderReference: string; effective: string; expires: string }): Authority => ({ reference, effective, expires });

/** The next CVCA with its own key and a link from the one before (terminal-authentication.md 1.2); document verifiers come under it from now on. STATE_NOT_ALLOWED. */
export const nextCvca = async (platform: Platform): Promise<Outcome<Authority>> => {
  const made = await platform.storage.certificates.change((rows) => rollOver(platform.keys, rows, platform.clock()));
  return made.ok ? done(authorityOf(made.value)) : made;
};

/** Lets a terminal that was restored from an old copy begin anew; its records of the old epoch stay. */
export const beginEpoch = async (platform: Platform, terminal: string): Promise<Outcome<{ epoch: number }>> => {
  const epoch = await platform.storage.terminals.beginEpoch(terminal);
  return epoch === undefined ? failed('TERMINAL_UNKNOWN') : done({ epoch });
};

/** Cancels (1) or suspends (2) a permit, or lifts its suspension (0), by a decision of two people. APPROVAL_REQUIRED, PERMIT_UNKNOWN, STATE_NOT_ALLOWED. */
export const revoke = async (
  platform: Platform,
  permitNumber: string,
  status: 0 | 1 | 2,
  reason: RevocationRecord['reason'],
  requestedBy: string,
  approvedBy: string,
): Promise<Outcome<PermitStatus>> => {
  if (requestedBy.trim() === '' || approvedBy.trim() === '') return failed('APPROVAL_REQUIRED');
  const prepared = prepareRevocation({ permitNumber, status, reason, requestedBy, approvedBy, at: platform.clock() }, platform.boxes);
  if (prepared.kind !== 'revocation') return failed('APPROVAL_REQUIRED');
  const held = await platform.storage.permits.find(permitNumber);
  if (status === 0 && held !== undefined && held.status !== 2) return failed('STATE_NOT_ALLOWED', 'not-suspended');
  return (await platform.storage.records.revoke(prepared)) ? findPermit(platform, permitNumber) : failed('PERMIT_UNKNOWN');
};

/** Status of a permit, without its holder. PERMIT_UNKNOWN. */
export const findPermit = async (platform: Platform, permitNumber: string): Promise<Outcome<PermitStatus>> => {
  const found = await platform.storage.permits.find(permitNumber);
  return found === undefined ? failed('PERMIT_UNKNOWN') : done(found);
};

export interface PlatformStatus extends Counts {
  readonly name: string;
  readonly environment: string;
  readonly trustList: number;
  /** in order, empty until the first terminal asks for its certificate */
  readonly cvca: readonly Authority[];
  readonly terminalList: readonly Pick<Terminal, 'id' | 'name' | 'state' | 'epoch' | 'rights' | 'departments'>[];
}

export const status = async (platform: Platform): Promise<PlatformStatus> => ({
  name: platform.keys.name,
  environment: platform.keys.environment,
  trustList: (await platform.trust()).number,
  ...(await platform.storage.permits.counts()),
  cvca: (await platform.storage.certificates.authorities()).map(authorityOf),
  terminalList: (await platform.storage.terminals.list()).map(({ id, name, state, epoch, rights, departments }) => ({ id, name, state, epoch, rights, departments })),
});
