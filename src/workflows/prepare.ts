import { randomBytes, randomInt } from 'node:crypto';
import { cardAccessFor, compressedPoint, type Generated, type SelectedPermit } from '../card/index.js';
import { CodedError, done, failed, type Outcome } from '../contract/index.js';
import { signSign1 } from '../cose/index.js';
import {
  blockedSince,
  chipThumbprint,
  dateInChina,
  encodeEndorsement,
  encodeHolder,
  encodePermit,
  encodePhoto,
  encodeResidence,
  encodeSod,
  findDivision,
  passiveAuthentication,
  permitTyp,
  verifyDelegation,
  verifyEndorsement,
  verifyResidence,
  type Binding,
  type Delegation,
  type Endorsement,
  type TrustContext,
} from '../permit/index.js';
import { decide, type Draft, type Prepared } from './draft.js';
import { beginsAnew } from './replacement.js';
import type { CardContext, Delegate, IssueContext } from './ports.js';

const salt = (): Uint8Array => new Uint8Array(randomBytes(16));

/** First counter of the Residence object; endorsements and services begin at 0 with empty files. An endorsement that is carried over is the chip's first. */
export const firstCounters = { residence: 1, endorsements: 0, services: 0 } as const;

/** The delegated key, its certificate verified and current. */
export type Signer = Delegate & { readonly delegation: Delegation };

/** Whether this terminal may sign now: a right clock, a trust list and a current delegation. */
export function readyToSign(ctx: CardContext): Outcome<Signer> {
  if (!ctx.clock.trustworthy()) return failed('CLOCK_WRONG');
  const trust = ctx.trust.trustList();
  if (trust === undefined) return failed('TRUST_MISSING');
  const delegate = ctx.trust.delegate();
  if (delegate === undefined) return failed('DELEGATION_EXPIRED', 'missing');
  const verified = verifyDelegation(delegate.kcwt, trust, ctx.crypto);
  if (!verified.ok) return failed(verified.code, verified.reason);
  if (blockedSince(trust, verified.delegation) !== undefined) return failed('TERMINAL_BLOCKED');
  const now = ctx.clock.now();
  if (now < verified.delegation.notBefore || now > verified.delegation.expires) return failed('DELEGATION_EXPIRED');
  return done({ ...delegate, delegation: verified.delegation });
}

const point = (uncompressed: Uint8Array): Uint8Array => {
  const compressed = compressedPoint(uncompressed);
  if (compressed === undefined) throw new CodedError('CARD_ANSWER_INVALID', 'GENERATE: no point of the curve');
  return compressed;
};

/**
 * Builds and signs everything that this card will hold. What was signed is authenticated at once, as a verifier will: a number outside the delegation's
 * block or a division outside its area is refused here and not by the police.
 */
export function prepareCard(
  ctx: IssueContext,
  delegate: Delegate,
  draft: Draft,
  numbers: { readonly permitNumber: string; readonly statusIndex: number },
  card: { readonly selected: SelectedPermit; readonly generated: Generated },
): Outcome<Prepared> {
  const granted = decide(draft);
  if (!granted.ok) return granted;
  const trustPoint = ctx.access.trustPoint();
  if (!trustPoint.ok) return trustPoint;
  const cardAccess = cardAccessFor(trustPoint.value.reference);
  const { application, photo } = draft;
  const { kind, issued, expires } = granted.value;
  const division = findDivision(application.residence.division, draft.replaces?.on ?? issued);
  if (division === undefined) return failed('DIVISION_UNKNOWN', 'residence.division');
  const { sha256, ed25519 } = ctx.crypto;
  const now = ctx.clock.now();
  const { permitNumber, statusIndex } = numbers;
  const { name, sex, ethnicGroup, birth, idNumber, registeredAddress } = application;
  const permit = encodePermit({
    salt: salt(),
    number: permitNumber,
    kind,
    authority: division.county.authority,
    issued,
    ...(expires === undefined ? {} : { expires }),
    statusIndex,
  });
  const holder = encodeHolder({ salt: salt(), name, sex, ethnicGroup, birth, idNumber, registeredAddress });
  const photoFile = encodePhoto({ salt: salt(), jpeg: photo });
  const chipKey = point(card.generated.chipKey);
  const { version } = card.selected;
  const sodPayload = encodeSod({
    digests: { version: sha256(version), permit: sha256(permit), holder: sha256(holder), photo: sha256(photoFile), cardAccess: sha256(cardAccess) },
    chipKey,
    signatureKey: point(card.generated.signatureKey),
    signedAt: now,
    statusList: { index: statusIndex, uri: ctx.statusListUri },
  });
  const { division: code, address, rentalHouse, employer, since } = application.residence;
  const residencePayload = encodeResidence({
    permitNumber,
    thumbprint: chipThumbprint(chipKey, sha256),
    counter: firstCounters.residence,
    signedAt: now,
    division: code,
    address,
    ...(rentalHouse === undefined ? {} : { rentalHouse }),
    ...(employer === undefined ? {} : { employer }),
    since,
  });
  const sign = (typ: string, payload: Uint8Array): Uint8Array => signSign1({ typ, payload, kcwt: delegate.kcwt, seed: delegate.seed }, ed25519);
  const sod = sign(permitTyp.sod, sodPayload);
  const residence = sign(permitTyp.residence, residencePayload);
  const carried = carriedOver(draft, { permitNumber, thumbprint: chipThumbprint(chipKey, sha256), counter: firstCounters.endorsements + 1, signedAt: now }, division.county.authority);
  const endorsement = carried === undefined ? undefined : sign(permitTyp.endorsement, encodeEndorsement(carried));

  const context: TrustContext = { trust: ctx.trust.trustList(), crypto: ctx.crypto, now, statusList: ctx.trust.statusList() };
  const authentic = passiveAuthentication({ ...context, files: { sod, permit, version, holder, photo: photoFile, cardAccess } });
  if (!authentic.ok) return failed(authentic.code, authentic.reason);
  const signed = verifyResidence(residence, authentic, context);
  if (!signed.ok) return failed(signed.code, signed.reason);
  const endorsed = endorsement === undefined ? undefined : verifyEndorsement(endorsement, authentic, context);
  if (endorsed?.ok === false) return failed(endorsed.code, endorsed.reason);
  const files = { cardAccess, permit, holder, photo: photoFile, residence, sod };
  const can = String(randomInt(1_000_000)).padStart(6, '0');
  return done({ files, chipKey, cardDate: dateInChina(now), issuedAt: now, can, trustPoint: trustPoint.value.certificate, ...(endorsement === undefined ? {} : { endorsement }) });
}

/**
 * The newest endorsement of the permit, for its next card. It says until when the permit is good; it is vouched for today, or on the last day of an endorsement that has run out:
 * the new card must read as suspended as the old one did.
 */
function carriedOver({ replaces }: Draft, binding: Binding, authority: string): Endorsement | undefined {
  if (replaces?.goodUntil === undefined || beginsAnew(replaces)) return undefined;
  const { on, goodUntil, yearsCountFrom } = replaces;
  return { ...binding, endorsedOn: on < goodUntil ? on : goodUntil, goodUntil, authority, ...(yearsCountFrom === undefined ? {} : { yearsCountFrom }) };
}
