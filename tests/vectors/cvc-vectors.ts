import { asPsoData, parseCvCertificate, parseCvRequest, verifyCvChain, type CvChainReason } from '../../src/cvc/index.js';
import {
  authorityObject,
  bodyObject,
  certificateOf,
  chatObject,
  contentsOf,
  cvKeys,
  domain,
  effectiveObject,
  expiresObject,
  extensionsObject,
  holderObject,
  none,
  profileObject,
  publicKeyObject,
  references,
  requestOf,
  usualParts,
  usualSigner,
  type Change,
  type Holder,
} from './cvc-objects.js';
import { refusedCertificates, refusedRequests, type Refusal } from './cvc-refusals.js';
import { hex, sha256, type VectorFile } from './shared.js';

const holders = Object.keys(references) as Holder[];
export const cvToday = '2026-11-24';

/** The status word of each reason (terminal-authentication.md 2). */
export const statusOf: Readonly<Record<CvChainReason, string>> = { malformed: '6a80', 'signer-unknown': '6a88', signature: '6300', role: '6982', dates: '6985' };

function certificateVector(holder: Holder): object {
  const parts = usualParts[holder];
  const body = bodyObject(contentsOf(parts));
  const encoded = certificateOf(holder);
  const { authorityReference, holderReference, role, rights, departments, effective, expires, signature, ...parsed } = parseCvCertificate(encoded);
  return {
    name: holder,
    signer: usualSigner[holder],
    authorityReference,
    holderReference,
    point: hex(parsed.publicKey),
    role,
    rights,
    departments,
    effective,
    expires,
    publicKeyObject: hex(parts.publicKey),
    chat: hex(parts.chat),
    ...(parts.extensions.length === 0 ? {} : { extensions: hex(parts.extensions) }),
    body: hex(body),
    digest: hex(sha256(body)),
    signature: hex(signature),
    certificate: hex(encoded),
    psoData: hex(asPsoData(parseCvCertificate(encoded))),
  };
}

interface ChainCase {
  readonly name: string;
  readonly trustPoint?: Uint8Array;
  readonly today?: string;
  readonly chain: readonly Uint8Array[];
  readonly reason?: CvChainReason;
  readonly at?: number;
}

const of = (holder: Holder, change: Change = {}, signer?: Holder): Uint8Array => certificateOf(holder, change, signer);
const [first, second, verifier, foreign, terminal] = [of('first'), of('second'), of('verifier'), of('foreign'), of('terminal')];
const below = (holder: Holder): Change => ({ authority: authorityObject(references[holder]) });
const chat = (authorization: string): Change => ({ chat: chatObject(authorization) });
const days = (effective: string, expires: string): Change => ({ effective: effectiveObject(effective), expires: expiresObject(expires) });
const verifierByFirst = of('verifier', below('first'), 'first');

const accepted: readonly ChainCase[] = [
  { name: 'no certificate: the rights of the trust point', chain: [] },
  { name: 'document verifier and terminal', trustPoint: second, chain: [verifier, terminal] },
  { name: 'from the older trust point over a link certificate', chain: [second, verifier, terminal] },
  { name: 'a foreign document verifier', trustPoint: second, chain: [foreign, of('terminal', below('foreign'), 'foreign')] },
  { name: 'rights are those of all: the terminal lacks manage', trustPoint: second, chain: [verifier, of('terminal', chat('0a04000010'))] },
  { name: 'rights are those of all: the document verifier has inspect and kiosk alone', trustPoint: second, chain: [of('verifier', chat('8004000010')), terminal] },
  { name: 'rights are those of all: the trust point lacks endorse', trustPoint: of('first', chat('c204000030')), chain: [verifierByFirst, terminal] },
  { name: 'bits of other rights are ignored', trustPoint: second, chain: [verifier, of('terminal', chat('3ffbffffdf'))] },
  { name: 'no departments', trustPoint: second, chain: [verifier, of('terminal', { extensions: none })] },
  { name: 'an empty list of departments', trustPoint: second, chain: [verifier, of('terminal', { extensions: extensionsObject('') })] },
  { name: '16 departments, one of them every', trustPoint: second, chain: [verifier, of('terminal', { extensions: extensionsObject(`${'0102'.repeat(15)}ffff`) })] },
  { name: 'on the last day of the terminal', trustPoint: second, today: '2026-12-10', chain: [verifier, terminal] },
  { name: 'before its first day: only the terminal’s own clock minds', trustPoint: second, today: '2026-07-01', chain: [verifier, terminal] },
  { name: 'effective on the last day of its signer', trustPoint: second, chain: [verifier, of('terminal', days('270129', '270131'))] },
  { name: 'the trust point again changes nothing', chain: [first, second, verifier, terminal] },
  { name: 'another key under the reference of the trust point changes nothing', chain: [of('second', { holder: holderObject(references.first) }), verifierByFirst, terminal] },
  { name: 'a terminal that bears the reference of its document verifier', trustPoint: second, chain: [verifier, of('terminal', { holder: holderObject(references.verifier) })] },
  { name: '29 February of a leap year', trustPoint: second, chain: [of('verifier', days('280229', '280229'))] },
];

const refused: readonly (ChainCase & { readonly reason: CvChainReason; readonly at: number })[] = [
  { name: 'not a certificate', trustPoint: second, chain: [verifier, terminal.slice(1)], reason: 'malformed', at: 1 },
  { name: 'malformed goes before an unknown signer', chain: [of('verifier', { profile: profileObject('01') })], reason: 'malformed', at: 0 },
  { name: 'extensions of a document verifier', trustPoint: second, chain: [of('verifier', { extensions: extensionsObject('0001') })], reason: 'malformed', at: 0 },
  { name: 'signer not known', chain: [verifier, terminal], reason: 'signer-unknown', at: 0 },
  { name: 'the terminal names another document verifier', trustPoint: second, chain: [verifier, of('terminal', below('foreign'), 'foreign')], reason: 'signer-unknown', at: 1 },
  { name: 'an unknown signer goes before the signature', chain: [of('verifier', {}, 'foreign')], reason: 'signer-unknown', at: 0 },
  { name: 'signed with another key', trustPoint: second, chain: [verifier, of('terminal', {}, 'foreign')], reason: 'signature', at: 1 },
  { name: 'a link that nobody signed', chain: [of('second', {}, 'second')], reason: 'signature', at: 0 },
  { name: 'the signature goes before the role', trustPoint: second, chain: [of('terminal', below('second'), 'foreign')], reason: 'signature', at: 0 },
  { name: 'the signature goes before the days', trustPoint: second, today: '2027-02-01', chain: [of('verifier', {}, 'foreign')], reason: 'signature', at: 0 },
  {
    name: 'the signature goes before domain parameters out of place',
    trustPoint: second,
    chain: [of('verifier', { publicKey: publicKeyObject(cvKeys.verifier.publicKey, domain) }, 'foreign')],
    reason: 'signature',
    at: 0,
  },
  { name: 'a terminal below the CVCA', trustPoint: second, chain: [of('terminal', below('second'), 'second')], reason: 'role', at: 0 },
  { name: 'a document verifier below a document verifier', trustPoint: second, chain: [verifier, of('foreign', below('verifier'), 'verifier')], reason: 'role', at: 1 },
  { name: 'a CVCA below a document verifier', trustPoint: second, chain: [verifier, of('first', { ...below('verifier'), ...days('261124', '261210') }, 'verifier')], reason: 'role', at: 1 },
  {
    name: 'a certificate below a terminal',
    trustPoint: second,
    chain: [verifier, terminal, of('terminal', { ...below('terminal'), holder: holderObject('CNT-00000200001') }, 'terminal')],
    reason: 'role',
    at: 2,
  },
  {
    name: 'a certificate below a terminal that bears the reference of its document verifier',
    trustPoint: second,
    chain: [verifier, of('terminal', { holder: holderObject(references.verifier) }), of('terminal', {}, 'terminal')],
    reason: 'role',
    at: 2,
  },
  { name: 'a link without domain parameters', chain: [of('second', { publicKey: publicKeyObject(cvKeys.second.publicKey) })], reason: 'role', at: 0 },
  { name: 'a terminal with domain parameters', trustPoint: second, chain: [verifier, of('terminal', { publicKey: publicKeyObject(cvKeys.terminal.publicKey, domain) })], reason: 'role', at: 1 },
  { name: 'the role goes before the days', trustPoint: second, today: '2027-02-01', chain: [of('terminal', below('second'), 'second')], reason: 'role', at: 0 },
  { name: 'the day after its last', trustPoint: second, today: '2026-12-11', chain: [verifier, terminal], reason: 'dates', at: 1 },
  { name: 'document verifier expired', trustPoint: second, today: '2027-01-30', chain: [verifier, terminal], reason: 'dates', at: 0 },
  { name: 'trust point expired', trustPoint: first, today: '2036-01-01', chain: [second], reason: 'dates', at: 0 },
  { name: 'effective the day before its signer', trustPoint: second, chain: [verifier, of('terminal', days('261031', '261210'))], reason: 'dates', at: 1 },
  { name: 'effective the day after its signer expires', trustPoint: second, chain: [verifier, of('terminal', days('270130', '270210'))], reason: 'dates', at: 1 },
];

const inputsOf = ({ name, trustPoint = first, today = cvToday, chain }: ChainCase): { name: string; today: string; trustPoint: string; chain: string[] } => ({ name, today, trustPoint: hex(trustPoint), chain: chain.map(hex) });

function acceptedChain(chain: ChainCase): object {
  const { trustPoint = first, today = cvToday } = chain;
  const result = verifyCvChain(parseCvCertificate(trustPoint), chain.chain, today);
  if (!result.ok) throw new Error(`${chain.name}: ${result.reason} at ${result.at}`);
  return { ...inputsOf(chain), last: result.last.holderReference, rights: result.rights, departments: result.departments };
}

const refusal = ({ name, reason, object }: Refusal): object => ({ name, reason, object: hex(object) });

export function cvCertificateVectors(): VectorFile {
  const request = requestOf();
  const { holderReference, publicKey } = parseCvRequest(request);
  return {
    title: 'Card-verifiable certificates and their chain',
    specification: 'terminal-authentication.md 1 and 2; BSI TR-03110-3 C and D, signatures by RFC 6979',
    keys: Object.fromEntries(holders.map((holder) => [holder, { privateKey: hex(cvKeys[holder].privateKey), publicKey: hex(cvKeys[holder].publicKey) }])),
    certificates: holders.map(certificateVector),
    request: { holderReference, point: hex(publicKey), signer: 'terminal', object: hex(request) },
    chains: accepted.map(acceptedChain),
    refusedCertificates: refusedCertificates.map(refusal),
    refusedRequests: refusedRequests.map(refusal),
    refusedChains: refused.map((chain) => ({ ...inputsOf(chain), reason: chain.reason, at: chain.at, status: statusOf[chain.reason] })),
  };
}
