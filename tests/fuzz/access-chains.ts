import { accessPurpose, type AccessClaim, type AccessCredentials, type AccessRight } from '../../src/card/index.js';
import { asPsoData, chainFor, parseCvCertificate, readCvBundle, type CvBundle } from '../../src/cvc/index.js';
import { authorityObject, certificateOf, chatObject, cvKeys, effectiveObject, expiresObject, extensionsObject, references, type Change } from '../vectors/cvc-objects.js';
import { signDeterministic } from '../vectors/ecdsa-rfc6979.js';
import { noon } from '../vectors/shared.js';

/** The test CVCA and the next one, document verifiers, one terminal with certificates of several rights. Everything is signed the same each time. */
export const certificates = {
  first: certificateOf('first'),
  second: certificateOf('second'),
  verifier: certificateOf('verifier'),
  foreign: certificateOf('foreign'),
};
const bitOf: Readonly<Record<AccessRight, bigint>> = { inspect: 4n, kiosk: 26n, endorse: 35n, service: 33n, manage: 5n };
const chatOf = (rights: readonly AccessRight[]): Uint8Array => chatObject(rights.reduce((bits, right) => bits | (1n << bitOf[right]), 0n).toString(16).padStart(10, '0'));
const terminalOf = (rights: readonly AccessRight[], change: Change = {}): { readonly rights: readonly AccessRight[]; readonly certificate: Uint8Array } => ({
  rights,
  certificate: certificateOf('terminal', { chat: chatOf(rights), extensions: extensionsObject('0001ffff'), ...change }),
});
export const everyRight: readonly AccessRight[] = ['inspect', 'kiosk', 'endorse', 'service', 'manage'];

/** What the one terminal may be allowed: everything everywhere, each right alone (`service` for department 1), nothing. */
export const terminals = [
  terminalOf(everyRight),
  terminalOf(['inspect']),
  terminalOf(['kiosk']),
  terminalOf(['endorse']),
  terminalOf(['service'], { extensions: extensionsObject('0001') }),
  terminalOf(['manage']),
  terminalOf([]),
] as const;
/** Good in form and refused by the card for another reason each: dates, signer, signature, role. */
export const refusedChains: readonly (readonly Uint8Array[])[] = [
  [certificateOf('verifier', { effective: effectiveObject('251101'), expires: expiresObject('251231') })],
  [certificateOf('verifier', { effective: effectiveObject('200101') })],
  [certificates.verifier, certificateOf('terminal', { effective: effectiveObject('280101'), expires: expiresObject('280102') })],
  [certificateOf('terminal', { authority: authorityObject(references.second) }, 'second')],
  [certificateOf('verifier', {}, 'first')],
  [certificates.verifier, terminals[0].certificate, certificateOf('terminal', { authority: authorityObject(references.terminal) }, 'terminal')],
];

export const sign = (message: Uint8Array): Uint8Array => signDeterministic(cvKeys.terminal.privateKey, message);
export const claim: AccessClaim = { time: noon, purpose: accessPurpose.reading };

function bundleOf(): CvBundle {
  const read = readCvBundle({ authorities: [certificates.first, certificates.second], verifier: certificates.verifier, terminal: terminals[0].certificate }, '2026-11-24');
  if (!read.ok) throw new RangeError(`the chain of the vectors is none: ${read.reason}`);
  return read.bundle;
}
export const bundle = bundleOf();

/** Whatever a card says that it trusts: the chain for that, or the whole of it. */
export function credentialsFor(trustPoints: readonly string[], signing: (message: Uint8Array) => Uint8Array = sign): AccessCredentials {
  const whole = [...bundle.authorities.slice(1), bundle.verifier, bundle.terminal].map((each) => ({ authorityReference: each.authorityReference, data: asPsoData(each) }));
  return { chain: chainFor(bundle, trustPoints) ?? whole, holderReference: references.terminal, sign: signing };
}

/** CAR and data of PSO:VERIFY CERTIFICATE. */
export function sent(certificate: Uint8Array): { readonly authorityReference: string; readonly data: Uint8Array } {
  const parsed = parseCvCertificate(certificate);
  return { authorityReference: parsed.authorityReference, data: asPsoData(parsed) };
}
