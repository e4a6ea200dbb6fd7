import { isDeepStrictEqual } from 'node:util';
import { CvcError, encodeCvCertificate, encodeCvRequest, parseCvCertificate, parseCvRequest, readCvBundle, verifyCvChain, type CvCertificate } from '../../../src/cvc/index.js';
import { parseCertificate, type CvCertificate as CardCertificate } from '../../../src/emulator/cv-certificate.js';
import { readDer } from '../../../src/emulator/der-reader.js';
import { RIGHT, type Role } from '../../../src/emulator/rights.js';
import { concat, equal, fromHex, toHex } from '../../../src/iso7816/index.js';
import { certificateOf, certificateObject, requestOf, usualParts, contentsOf, bodyObject, cvKeys, authorityObject, holderObject, references, publicKeyObject, domain, expiresObject, effectiveObject, chatObject, type Change } from '../../vectors/cvc-objects.js';
import { readVectors } from '../../vectors/read.js';
import { bundle, certificates, refusedChains, terminals } from '../access-chains.js';
import { cardThatTrusts } from '../card-chain.js';
import { declared, holds, type Target } from '../target.js';
import { mutateTlv } from '../tlv-shape.js';

const today = '2026-11-24';
const roleOf: Readonly<Record<Role, CvCertificate['role']>> = { cvca: 'cvca', 'domestic-dv': 'dv-domestic', 'foreign-dv': 'dv-foreign', terminal: 'terminal' };
const textOf = (reference: Uint8Array): string => Buffer.from(reference).toString('latin1');
const dayOf = (bcd: Uint8Array): string => `20${toHex(bcd).replace(/(..)(..)(..)/, '$1-$2-$3')}`;

/** The card's own reading of a whole 7F21: of what it holds, by a parser that shares nothing with the terminal's. */
function asTheCardReads(input: Uint8Array): CardCertificate | undefined {
  const contents = readDer(input, (reader) => reader.take(0x7f21));
  return contents === undefined ? undefined : parseCertificate(contents);
}

const fieldsOf = ({ role, rights, departments, publicKey, authorityReference, holderReference, effective, expires, body, signature }: CvCertificate): unknown =>
  [role, rights.reduce((bits, right) => bits | RIGHT[right], 0), departments, toHex(publicKey), authorityReference, holderReference, effective, expires, toHex(body), toHex(signature)];
const fieldsOfCard = ({ role, rights, departments, point, authority, reference, effective, expires, body, signature }: CardCertificate): unknown =>
  [roleOf[role], rights, departments, toHex(point), textOf(authority), textOf(reference), dayOf(effective), dayOf(expires), toHex(body), toHex(signature)];

/** What the terminal makes of it: a certificate, or why not. */
function asTheTerminalReads(input: Uint8Array): CvCertificate | CvcError {
  try {
    return parseCvCertificate(input);
  } catch (error) {
    if (error instanceof CvcError) return error;
    throw error;
  }
}

function oneCertificate(input: Uint8Array): void {
  const ours = asTheTerminalReads(input);
  const cards = asTheCardReads(input);
  // terminal-authentication.md 2: form is step 1, and whether domain parameters fit the role is part of step 4. The card takes the form; the terminal refuses both at once.
  const misplaced = cards !== undefined && cards.hasDomainParameters !== (cards.role === 'cvca');
  if (ours instanceof CvcError) {
    holds(cards === undefined || (misplaced && ours.reason === 'domain-parameters'), `the card takes what the terminal refuses: ${ours.reason}`);
    return;
  }
  holds(cards !== undefined && !misplaced, 'the card refuses what the terminal takes');
  if (cards !== undefined) holds(isDeepStrictEqual(fieldsOfCard(cards), fieldsOf(ours)), 'card and terminal read the same');
  holds(equal(ours.encoded, input), 'a certificate keeps the bytes that it was');
  // Bits that are not ours are ignored, and are not written again.
  const again = encodeCvCertificate(ours, () => ours.signature);
  holds(isDeepStrictEqual(fieldsOf({ ...parseCvCertificate(again), body: ours.body }), fieldsOf(ours)), 'a certificate is read as it was written');
  if (hasOurBitsAlone(ours)) holds(equal(again, input), 'a certificate is written as it was read');
}

/** No bit in the CHAT but role and our rights; an empty list of departments is a second form of none. */
function hasOurBitsAlone({ body, departments, role }: CvCertificate): boolean {
  const text = toHex(body);
  const chat = /7f4c12060904007f0007030102025305(..{9})/.exec(text)?.[1] ?? '';
  const others = BigInt(`0x${chat}`) & ~(0b11n << 38n) & ~[4n, 5n, 26n, 33n, 35n].reduce((bits, bit) => bits | (1n << bit), 0n);
  return others === 0n && (role !== 'terminal' || departments.length > 0 || !text.includes('73190615'));
}

function oneRequest(input: Uint8Array): void {
  const request = declared(() => parseCvRequest(input), CvcError);
  if (request === undefined) return;
  holds(equal(encodeCvRequest(request.holderReference, request.publicKey, () => input.slice(-64)), input), 'a request is written as it was read');
}

/** The input as a series of certificates: 7F21 after 7F21, what is none of them as the last one. */
function seriesOf(input: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  let rest = input;
  while (rest.length > 4 && found.length < 6) {
    const length = rest[2] === 0x82 ? 5 + (((rest[3] ?? 0) << 8) | (rest[4] ?? 0)) : rest[2] === 0x81 ? 4 + (rest[3] ?? 0) : 3 + (rest[2] ?? 0);
    found.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
  return rest.length === 0 ? found : [...found, rest];
}

const trustPoint = bundle.authorities[0] ?? parseCvCertificate(certificates.first);

/**
 * A chain below the first CVCA, as the terminal follows it and as a card does that trusts this CVCA alone: they agree, certificate by certificate, up to the first that is refused,
 * in its reason, and in what the last one may do.
 */
function oneChain(series: readonly Uint8Array[]): void {
  const followed = verifyCvChain(trustPoint, series, today);
  const card = cardThatTrusts(certificates.first, today).follow(series);
  if (!followed.ok) {
    holds(card.refused?.at === followed.at && card.refused.reason === followed.reason, `the chain ends with ${followed.reason} at ${followed.at}, at the card with ${card.refused?.reason ?? 'nothing'} at ${card.refused?.at ?? '-'}`);
    return;
  }
  holds(card.refused === undefined, `the card refuses a good chain: ${card.refused?.reason ?? ''} at ${card.refused?.at ?? '-'}`);
  if (card.granted !== undefined) {
    const bits = followed.rights.reduce((sum, right) => sum | RIGHT[right], 0);
    holds(card.granted.rights === bits && isDeepStrictEqual(card.granted.departments, followed.departments), 'card and terminal give a chain the same rights');
  }
}

function oneBundle(series: readonly Uint8Array[]): void {
  const [verifier, terminal] = series.slice(-2);
  if (verifier === undefined || terminal === undefined) return;
  const authorities = series.slice(0, -2);
  // Only a first certificate that is none is an error; all else is told as a value.
  if (authorities[0] !== undefined && asTheTerminalReads(authorities[0]) instanceof CvcError) return;
  const read = readCvBundle({ authorities, verifier, terminal }, today);
  if (!read.ok) return;
  holds(read.bundle.terminal.role === 'terminal' && read.bundle.rights.every((right) => read.bundle.terminal.rights.includes(right)), 'a bundle gives no right that its terminal lacks');
}

interface CvcVectors {
  readonly chains: readonly { readonly chain: readonly string[] }[];
  readonly refusedChains: CvcVectors['chains'];
  readonly refusedCertificates: readonly { readonly object: string }[];
  readonly refusedRequests: CvcVectors['refusedCertificates'];
}
const vectors = readVectors<CvcVectors>('cv-certificates.json');
const joined = (chain: readonly string[]): Uint8Array => concat(...chain.map(fromHex));

/** At the edges of the rules, with whole lengths around them. */
const edges: readonly Uint8Array[] = [
  ...['CN00001', 'CNA00001', 'CNABCDEFGHI00001', 'CNABCDEFGHIJ00001', 'CN\u00a0aZ9aZ', 'CN\u00ff\u00ff00001'].map((reference) => certificateOf('terminal', { holder: holderObject(reference) })),
  certificateOf('terminal', { publicKey: publicKeyObject(cvKeys.terminal.publicKey, domain) }),
  certificateOf('first', { publicKey: publicKeyObject(cvKeys.first.publicKey) }),
  certificateOf('verifier', { publicKey: publicKeyObject(cvKeys.verifier.publicKey, { ...domain, 87: '02' }) }),
  certificateOf('terminal', { expires: expiresObject('280229') }),
  certificateObject(bodyObject(concat(contentsOf(usualParts.terminal), new Uint8Array(600))), new Uint8Array(64)),
];
const link = (holder: 'first' | 'second', signer: 'first' | 'second', change: Change = {}): Uint8Array =>
  certificateOf(holder, { authority: authorityObject(references[signer]), effective: effectiveObject('260801'), ...change }, signer);
/** The document verifier under the name of one CVCA, signed with the key of one. */
const under = (name: 'first' | 'second', signer: 'first' | 'second'): Uint8Array => certificateOf('verifier', { authority: authorityObject(references[name]) }, signer);
const chains: readonly (readonly Uint8Array[])[] = [
  [certificates.second, certificates.verifier, terminals[0].certificate],
  [certificates.first, certificates.second, certificates.verifier, terminals[4].certificate],
  [certificates.second, certificates.foreign, certificateOf('terminal', { authority: authorityObject(references.foreign) }, 'foreign')],
  ...refusedChains.map((chain) => [certificates.second, ...chain]),
  // Links to a reference that the card has already: with another key, with fewer rights.
  [link('first', 'first', { publicKey: publicKeyObject(cvKeys.second.publicKey, domain) }), under('first', 'second')],
  [link('first', 'first', { publicKey: publicKeyObject(cvKeys.second.publicKey, domain) }), under('first', 'first')],
  [link('first', 'first', { chat: chatObject('c000000010') }), under('first', 'first'), terminals[0].certificate],
  [certificates.second, link('first', 'second', { publicKey: publicKeyObject(cvKeys.second.publicKey, domain) }), under('first', 'second')],
  [certificates.second, link('first', 'second'), under('first', 'first'), terminals[0].certificate],
  [certificates.first, certificates.verifier, certificates.verifier], [certificates.first, under('first', 'first'), under('first', 'first'), terminals[0].certificate],
];

/**
 * Certificates, requests, chains and bundles: only CvcError, one encoding for each; and the card's own parser and terminal authentication, which agree with
 * the terminal's about every certificate and every chain, by the rules of terminal-authentication.md 1 and 2.
 */
export const cvCertificates: Target = {
  seeds: [
    ...Object.values(certificates), ...terminals.map(({ certificate }) => certificate), requestOf(), ...edges, ...chains.map((chain) => concat(...chain)),
    ...[...vectors.refusedCertificates, ...vectors.refusedRequests].map(({ object }) => fromHex(object)),
    ...[...vectors.chains, ...vectors.refusedChains].map(({ chain }) => joined(chain)),
  ],
  mutate: mutateTlv,
  run: (input) => {
    const series = seriesOf(input);
    for (const each of series.length > 1 ? series : [input]) oneCertificate(each);
    oneRequest(input);
    oneChain(series);
    oneBundle(series);
  },
};
