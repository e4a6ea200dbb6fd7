import { capturedRecord, type CapturedRecord, type IssueRecord, type RevocationRecord, type VerificationRecord } from '../../contract/index.js';
import { encodeCbor, openSealed, type CryptoPort } from '../../cose/index.js';
import {
  checkIdNumber,
  chipThumbprint,
  dateInChina,
  decodeHolder,
  decodePhoto,
  decodeSod,
  parseSigned,
  passiveAuthentication,
  PayloadError,
  permitTyp,
  verifyEndorsement,
  verifyResidence,
  type Holder,
  type TrustList,
} from '../../permit/index.js';
import type { Boxes } from '../boxes.js';
import type { PlatformKeys } from '../keys/index.js';
import { cborOf, plainOf } from './fields.js';
import { originKey, prepareEvent, refuseRecord as refuse } from './prepare-events.js';
import type { Origin, Prepared, PreparedIssue } from './prepared.js';

export interface PrepareContext {
  readonly keys: PlatformKeys;
  readonly boxes: Boxes;
  readonly trust: TrustList;
  readonly crypto: CryptoPort;
  readonly now: number;
}

/** The key of a capture's box: person and origin, so that a box moved to another row does not open. */
export const captureKey = (personKey: Uint8Array, { terminal, epoch, seq }: Origin): Uint8Array => encodeCbor([personKey, terminal, epoch, seq]);

/** The key of a decision's box: the permit it is about. */
export const decisionKey = (permitNumber: string): Uint8Array => new TextEncoder().encode(permitNumber);

/** Opens and parses; `undefined` when it is not a captured record of the type its envelope names. */
const openRecord = (record: { readonly type: string; readonly sealed: Uint8Array }, keys: PlatformKeys): { plain: Uint8Array; value: CapturedRecord } | undefined => {
  const plain = openSealed(keys.sealing.secretKey, record.sealed);
  if (plain === undefined) return undefined;
  const parsed = capturedRecord.safeParse(plainOf(cborOf(plain)));
  return parsed.success && parsed.data.type === record.type ? { plain, value: parsed.data } : undefined;
};

/** Whether application and card tell of the same person: a file must not be opened under another ID number than the card's. */
const differing = ({ application }: IssueRecord, holder: Holder): string | undefined => {
  if (application.idNumber.toUpperCase() !== holder.idNumber) return 'id-number-differs';
  if (application.name !== holder.name) return 'name-differs';
  if (application.birth !== holder.birth || application.sex !== holder.sex) return 'birth-or-sex-differs';
  return checkIdNumber(holder.idNumber, holder.birth, holder.sex).ok ? undefined : 'id-number-check';
};

const prepareIssue = (record: IssueRecord, plain: Uint8Array, origin: Origin, { boxes, trust, crypto, now }: PrepareContext): Prepared => {
  const context = { trust, crypto, now };
  const card = passiveAuthentication({ ...context, files: { sod: record.sod, permit: record.permit, holder: record.holder, photo: record.photo } });
  if (!card.ok) return refuse('RECORD_REFUSED', card.reason);
  if (card.delegation.terminal !== origin.terminal) return refuse('RECORD_REFUSED', 'delegation-of-another-terminal');
  if (card.permit.number !== record.permitNumber || card.permit.statusIndex !== record.statusIndex) return refuse('RECORD_REFUSED', 'number-or-index-differs');
  decodePhoto(record.photo);
  const holder = decodeHolder(record.holder);
  const difference = differing(record, holder);
  if (difference !== undefined) return refuse('RECORD_REFUSED', difference);
  // EF.Residence may be empty at issue (personalisation.md 4).
  const residence = record.residence.length === 0 ? undefined : verifyResidence(record.residence, card, context);
  if (residence !== undefined && !residence.ok) return refuse('RECORD_REFUSED', residence.reason);
  const endorsement = record.endorsement === undefined ? undefined : verifyEndorsement(record.endorsement, card, context);
  if (endorsement !== undefined && !endorsement.ok) return refuse('RECORD_REFUSED', endorsement.reason);
  const personKey = boxes.personKey(holder.idNumber);
  const issue: PreparedIssue = {
    kind: 'issue',
    permitNumber: card.permit.number,
    permitKind: card.permit.kind,
    serial: record.serial,
    statusIndex: card.permit.statusIndex,
    issuedOn: card.permit.issued,
    expiresOn: card.permit.expires,
    issuedAt: record.issuedAt,
    personKey,
    box: boxes.seal('captures', captureKey(personKey, origin), plain),
    thumbprint: card.thumbprint,
    replaces: record.replaces,
    receipt: record.receipt,
    // The rules count from the day on the card; another card carries the day of the first, and what counts for it is when it was made.
    facts: { type: 'issue', on: record.replaces === undefined ? card.permit.issued : dateInChina(record.issuedAt), kind: card.permit.kind, expiresOn: card.permit.expires, replaces: record.replaces },
  };
  return issue;
};

/** A decision needs two people; who they were is boxed. */
export const prepareRevocation = (record: Omit<RevocationRecord, 'type'>, boxes: Boxes): Prepared => {
  const { permitNumber, status, reason, requestedBy, approvedBy, at } = record;
  if (requestedBy.trim() === approvedBy.trim()) return refuse('APPROVAL_REQUIRED', 'approved by the one who asked');
  const box = boxes.seal('status_changes', decisionKey(permitNumber), encodeCbor({ requestedBy, approvedBy }));
  return { kind: 'revocation', permitNumber, status, reason, at, facts: { type: 'revocation', on: dateInChina(at), status, reason }, box };
};

/** Why is counted by; who and where are boxed. */
const prepareVerification = ({ permitNumber, result, reason, mode, access, purpose, place, by, at }: VerificationRecord, origin: Origin, boxes: Boxes): Prepared => {
  const told = { ...(by === undefined ? {} : { by }), ...(place === undefined ? {} : { place }) };
  const box = Object.keys(told).length === 0 ? undefined : boxes.seal('verifications', originKey(origin), encodeCbor(told));
  return { kind: 'verification', permitNumber, result, reason, mode, access, purpose, at, box };
};

/** Thumbprint of the card that a stored capture issued: for cards that were entered before it was kept with them. Throws for a box that does not open. */
export const thumbprintOf = (capture: { readonly personKey: Uint8Array; readonly origin: Origin; readonly box: Uint8Array }, boxes: Boxes, crypto: CryptoPort): Uint8Array => {
  const plain = boxes.open('captures', captureKey(capture.personKey, capture.origin), capture.box);
  const record = capturedRecord.parse(plainOf(cborOf(plain)));
  if (record.type !== 'issue') throw new Error('a capture holds a record of another type');
  return chipThumbprint(decodeSod(parseSigned(record.sod, permitTyp.sod).payload).chipKey, crypto.sha256);
};

/** All of a record that needs no registry: seconds of a batch's work are spent here, outside the transaction. Never throws for bytes from outside. */
export const prepareRecord = (record: { readonly type: string; readonly sealed: Uint8Array }, origin: Origin, context: PrepareContext): Prepared => {
  const opened = openRecord(record, context.keys);
  if (opened === undefined) return refuse('RECORD_UNREADABLE', 'not-a-captured-record');
  const { plain, value } = opened;
  try {
    switch (value.type) {
      case 'issue':
        return prepareIssue(value, plain, origin, context);
      case 'verification':
        return prepareVerification(value, origin, context.boxes);
      case 'check-viewed':
        return { kind: 'check-viewed', permitNumber: value.permitNumber, checkedAt: value.checkedAt, at: value.at, box: context.boxes.seal('check_views', originKey(origin), encodeCbor(value.by === undefined ? {} : { by: value.by })) };
      case 'revocation':
        return prepareRevocation(value, context.boxes);
      case 'spoiled':
        return { kind: 'spoiled', serial: value.serial, reason: value.reason, at: value.at };
      default:
        return prepareEvent(value, plain, origin, context);
    }
  } catch (error) {
    if (error instanceof PayloadError) return refuse('RECORD_REFUSED', error.reason);
    throw error;
  }
};
