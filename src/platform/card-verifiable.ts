import { accessRights, CodedError, done, failed, type Outcome } from '../contract/index.js';
import { encodeCvCertificate, parseCvCertificate, verifyCvCertificate, type CvBody, type CvCertificate } from '../cvc/index.js';
import { addDays, addYears, dateInChina, type FullDate } from '../permit/index.js';
import type { EcKey, PlatformKeys } from './keys/index.js';
import type { CvRows } from './storage/ports.js';

/**
 * CVCA and document verifier of terminal-authentication.md 1.2, made when they are first needed. Each function runs inside a transaction of the tables of
 * certificates; days are days in China. What cannot be signed on this day throws CodedError CLOCK_WRONG, a key that is not the certificate's STORAGE_CORRUPT.
 */
const mnemonic = { test: 'CNWZTEST', production: 'CNWZCVCA' } as const;
const verifierMnemonic = 'CNWZDV';
const authorityYears = 12;
const verifierDays = 90;

/** The five characters behind a mnemonic. */
export const sequenceOf = (n: number): string => String(n).padStart(5, '0');

const earlier = (a: FullDate, b: FullDate): FullDate => (a < b ? a : b);
const later = (a: FullDate, b: FullDate): FullDate => (a < b ? b : a);
/** The days that a certificate can hold. */
const bounded = (day: FullDate): FullDate => later('2000-01-01', earlier(day, '2099-12-31'));
const inForce = (day: FullDate) => (certificate: CvCertificate): boolean => certificate.effective <= day && day <= certificate.expires;

/** Signs, and looks at what was signed: a file of keys put back from an older copy, or a token that is another, is found here and not at a card. */
export const issue = (body: CvBody, key: EcKey, publicKey = key.publicKey): CvCertificate => {
  const certificate = parseCvCertificate(encodeCvCertificate(body, (message) => key.sign(message)));
  if (!verifyCvCertificate(certificate, publicKey)) throw new CodedError('STORAGE_CORRUPT', `another key than that of ${body.authorityReference}`);
  return certificate;
};

/** Last day of a CVCA made today: in a test the root's, else twelve years. */
const lastDay = (keys: PlatformKeys, today: FullDate): FullDate => bounded(keys.environment === 'test' ? dateInChina(keys.validUntil) : addYears(today, authorityYears));

const authorityBody = (keys: PlatformKeys, generation: number): Pick<CvBody, 'holderReference' | 'role' | 'rights' | 'departments'> => ({
  holderReference: mnemonic[keys.environment] + sequenceOf(generation),
  role: 'cvca',
  rights: accessRights,
  departments: [],
});

/** All CVCA certificates in order; the first is made when there is none. */
export const authoritiesOf = async (keys: PlatformKeys, rows: CvRows, now: number): Promise<[CvCertificate, ...CvCertificate[]]> => {
  const [first, ...links] = await rows.authorities();
  if (first !== undefined) return [first, ...links];
  const today = dateInChina(now);
  const body = authorityBody(keys, 1);
  const effective = keys.environment === 'test' ? bounded(dateInChina(keys.validFrom)) : today;
  const made = issue({ ...body, authorityReference: body.holderReference, publicKey: keys.cvca.publicKey, effective, expires: lastDay(keys, today) }, keys.cvca);
  await rows.addAuthority(made, now);
  return [made];
};

/** Number of the CVCA in `authorities` under which document verifiers come today: the newest, but for a clock that went back before its first day. */
const authorityInForce = (authorities: readonly CvCertificate[], today: FullDate): number => {
  const at = authorities.findLastIndex(inForce(today));
  if (at < 0) throw new CodedError('CLOCK_WRONG', 'no CVCA is in force today');
  return at;
};

/**
 * The document verifier in force, under the newest CVCA in force; a new one where none lasts until `until`, the last day of the certificate that it is to sign. Its own
 * last day is never after its CVCA's.
 */
export const verifierInForce = async (keys: PlatformKeys, rows: CvRows, authorities: readonly CvCertificate[], until: FullDate, now: number): Promise<CvCertificate> => {
  const today = dateInChina(now);
  const at = authorityInForce(authorities, today);
  const authority = authorities[at] as CvCertificate;
  const held = await rows.verifier(authority.holderReference, today, earlier(until, authority.expires));
  if (held !== undefined) return held;
  const made = issue(
    {
      authorityReference: authority.holderReference,
      holderReference: verifierMnemonic + sequenceOf((await rows.verifiers()) + 1),
      publicKey: keys.documentVerifier.publicKey,
      role: 'dv-domestic',
      rights: accessRights,
      departments: [],
      effective: today,
      expires: earlier(later(addDays(today, verifierDays), until), authority.expires),
    },
    keys.cvcaOf(at + 1),
    authority.publicKey,
  );
  await rows.addVerifier(made, now);
  return made;
};

/** The next CVCA, with its link certificate under the one before, effective today. STATE_NOT_ALLOWED: that one is not in force, or was itself linked today. */
export const rollOver = async (keys: PlatformKeys, rows: CvRows, now: number): Promise<Outcome<CvCertificate>> => {
  const today = dateInChina(now);
  const authorities = await authoritiesOf(keys, rows, now);
  const newest = authorities.at(-1) as CvCertificate;
  if (!inForce(today)(newest)) return failed('STATE_NOT_ALLOWED', `${newest.holderReference} is not in force`);
  // A card keeps two trust points: a second link on one day would leave cards behind that met neither.
  if (authorities.length > 1 && newest.effective === today) return failed('STATE_NOT_ALLOWED', `${newest.holderReference} is of today`);
  const generation = authorities.length + 1;
  const key = await keys.makeCvca(generation);
  const body = authorityBody(keys, generation);
  const link = issue(
    { ...body, authorityReference: newest.holderReference, publicKey: key.publicKey, effective: today, expires: lastDay(keys, today) },
    keys.cvcaOf(generation - 1),
    newest.publicKey,
  );
  await rows.addAuthority(link, now);
  return done(link);
};
