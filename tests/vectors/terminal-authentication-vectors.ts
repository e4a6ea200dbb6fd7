import { concat, encodeTlv, parseTlv, type CommandApdu } from '../../src/iso7816/index.js';
import { chip } from './card-fixture.js';
import { chipInputKeys, chipInputs, exchangesUnderKeys, shortParts, trustPoints, type ExchangeVector, type Step } from './channel-vectors.js';
import { authorityObject, certificateOf, chatObject, cvKeys, effectiveObject, expiresObject, references, type Holder } from './cvc-objects.js';
import { signDeterministic } from './ecdsa-rfc6979.js';
import { bytes, hex, noon, type VectorFile } from './shared.js';

/** Certificates, what is signed, and the exchanges up to the end or to the refusal that the scenario is about. */
export interface AccessScenario {
  readonly name: string;
  /** What the card trusts (newest first) and its date before. */
  readonly card: { readonly trustPoints: readonly string[]; readonly cardDate: string };
  readonly chain: readonly { readonly authorityReference: string; readonly certificate: string; readonly data: string }[];
  readonly holderReference: string;
  readonly claim: { readonly time: number; readonly purpose: number };
  readonly auxiliary: string;
  readonly challenge: string;
  /** ID_PICC ‖ r_PICC ‖ Comp(PK_PCD) ‖ auxiliary as the terminal signed it: of the scenario's chip, challenge and channel, or of others where that is what is refused. */
  readonly signed: { readonly idPicc: string; readonly challenge: string; readonly ephemeral: string; readonly message: string; readonly signature: string };
  readonly exchanges: readonly ExchangeVector[];
  /** The same protected commands from a reader of short APDUs. */
  readonly short: readonly (readonly string[])[];
  readonly refused?: { readonly reason: string; readonly at: number; readonly sw: number };
  /** The record that EXTERNAL AUTHENTICATE wrote into an empty log, and what the card trusts then. */
  readonly logged?: string;
  readonly trustPointsAfter?: readonly string[];
}

type Link = readonly [signer: string, certificate: Uint8Array];
interface Plan {
  readonly name: string;
  readonly card?: { readonly trustPoints: readonly string[]; readonly cardDate: string };
  readonly chain?: readonly Link[];
  readonly holderReference?: string;
  readonly purpose?: number;
  readonly signedOver?: { readonly idPicc?: Uint8Array; readonly challenge?: Uint8Array; readonly ephemeral?: Uint8Array };
  readonly refused?: { readonly reason: string; readonly at: number; readonly command: 'DST' | 'PSO' | 'SET AT' | 'EXTERNAL AUTHENTICATE'; readonly sw: number };
  readonly logged?: { readonly cardDate: string; readonly rights: string };
  readonly trustPointsAfter?: readonly string[];
}

const verifier: Link = [references.second, certificateOf('verifier')];
const terminal: Link = [references.verifier, certificateOf('terminal')];
const challenge = bytes('b0b1b2b3b4b5b6b7');
const ordinaryCard = { trustPoints, cardDate: '2026-11-24' };
const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const inside = (certificate: Uint8Array): Uint8Array => parseTlv(certificate)[0]?.value ?? new Uint8Array(0);
const idPicc = chip.point.slice(1, 33);
const ephemeral = chipInputs.ephemeral().point.slice(1, 33);
const uint32 = (n: number): Uint8Array => bytes(n.toString(16).padStart(8, '0'));
const auxiliaryOf = (purpose: number): Uint8Array =>
  encodeTlv(0x67, encodeTlv(0x73, concat(encodeTlv(0x06, bytes('6981b890afbecbbfba93ab979ffe9482e58fea6901')), encodeTlv(0x53, concat(uint32(noon), Uint8Array.of(purpose))))));

function scenario(plan: Plan): AccessScenario {
  const { name, card = ordinaryCard, chain = [verifier, terminal], holderReference = references.terminal, purpose = 1, refused } = plan;
  const auxiliary = auxiliaryOf(purpose);
  const parts = { idPicc, challenge, ephemeral, ...plan.signedOver };
  const message = concat(parts.idPicc, parts.challenge, parts.ephemeral, auxiliary);
  const signature = signDeterministic(cvKeys.terminal.privateKey, message);
  const command = (ins: number, p1: number, p2: number, data: Uint8Array): CommandApdu => ({ cla: 0, ins, p1, p2, data });
  const steps: (readonly [kind: string, at: number, command: CommandApdu, answer?: Uint8Array])[] = [
    ...chain.flatMap(([signer, certificate], at) => [
      ['DST', at, command(0x22, 0x81, 0xb6, encodeTlv(0x83, latin1(signer)))] as const,
      ['PSO', at, command(0x2a, 0x00, 0xbe, inside(certificate))] as const,
    ]),
    ['SET AT', chain.length, command(0x22, 0x81, 0xa4, concat(encodeTlv(0x80, bytes('04007f00070202020203')), encodeTlv(0x83, latin1(holderReference)), auxiliary))],
    ['GET CHALLENGE', chain.length, { cla: 0, ins: 0x84, p1: 0, p2: 0, ne: 8 }, challenge],
    ['EXTERNAL AUTHENTICATE', chain.length, command(0x82, 0x00, 0x00, signature)],
  ];
  const end = refused === undefined ? steps.length - 1 : steps.findIndex(([kind, at]) => kind === refused.command && at === refused.at);
  if (end < 0) throw new Error(`${name}: never refused`);
  const sent = steps.slice(0, end + 1).map(([kind, , sentCommand, answer = new Uint8Array(0)], i): Step => {
    const sw = i === end && refused !== undefined ? refused.sw : 0x9000;
    return { name: kind, command: sentCommand, answer: { data: answer, sw } };
  });
  const exchanges = exchangesUnderKeys(sent);
  const logged = plan.logged && concat(uint32(1), bytes(plan.logged.cardDate), bytes(plan.logged.rights), uint32(noon), Uint8Array.of(purpose), latin1(holderReference));
  return {
    name,
    card,
    chain: chain.map(([authorityReference, certificate]) => ({ authorityReference, certificate: hex(certificate), data: hex(inside(certificate)) })),
    holderReference,
    claim: { time: noon, purpose },
    auxiliary: hex(auxiliary),
    challenge: hex(challenge),
    signed: { idPicc: hex(parts.idPicc), challenge: hex(parts.challenge), ephemeral: hex(parts.ephemeral), message: hex(message), signature: hex(signature) },
    exchanges,
    short: exchanges.map(({ wrapped }) => shortParts(bytes(wrapped))),
    ...(refused === undefined ? {} : { refused: { reason: refused.reason, at: refused.at, sw: refused.sw } }),
    ...(logged === undefined ? {} : { logged: hex(logged), trustPointsAfter: plan.trustPointsAfter ?? card.trustPoints }),
  };
}

const flipped = (certificate: Uint8Array): Uint8Array => {
  const changed = certificate.slice();
  changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1;
  return changed;
};
const signedBy = (holder: Holder, signer: Holder): Uint8Array => certificateOf(holder, { authority: authorityObject(references[signer]) }, signer);
/** A document verifier with `inspect` and `manage` alone. */
const narrow: Link = [references.second, certificateOf('verifier', { chat: chatObject('8000000030') })];

const granted: readonly Plan[] = [
  { name: 'document verifier, terminal', logged: { cardDate: '261124', rights: '1f' } },
  {
    name: 'a card that knows the CVCA before: link, document verifier with two rights, terminal; the date moves on',
    card: { trustPoints: [references.first], cardDate: '2026-05-01' },
    chain: [[references.first, certificateOf('second')], narrow, terminal],
    purpose: 9,
    logged: { cardDate: '261124', rights: '11' },
    trustPointsAfter: [references.second, references.first],
  },
  {
    name: "a foreign document verifier's terminal: the date stays",
    card: { trustPoints, cardDate: '2026-10-15' },
    chain: [[references.second, certificateOf('foreign')], [references.foreign, signedBy('terminal', 'foreign')]],
    purpose: 2,
    logged: { cardDate: '261015', rights: '1f' },
  },
];

const refusals: readonly Plan[] = [
  { name: 'a signer that is no trust point', chain: [['CNWZTEST00009', verifier[1]], terminal], refused: { reason: 'unknown-signer', at: 0, command: 'DST', sw: 0x6a88 } },
  {
    name: 'a certificate that names another signer than MSE:SET DST',
    chain: [[references.first, verifier[1]], terminal],
    refused: { reason: 'unknown-signer', at: 0, command: 'PSO', sw: 0x6a88 },
  },
  {
    name: 'a right in four bytes',
    chain: [[references.second, certificateOf('verifier', { chat: chatObject('8a040000') })], terminal],
    refused: { reason: 'malformed', at: 0, command: 'PSO', sw: 0x6a80 },
  },
  { name: "a terminal's certificate with a flipped bit in its signature", chain: [verifier, [references.verifier, flipped(terminal[1])]], refused: { reason: 'certificate-signature', at: 1, command: 'PSO', sw: 0x6300 } },
  { name: 'a terminal below a CVCA', chain: [[references.second, signedBy('terminal', 'second')]], refused: { reason: 'role', at: 0, command: 'PSO', sw: 0x6982 } },
  {
    name: "a document verifier that expired the day before the card's date",
    chain: [[references.second, certificateOf('verifier', { expires: expiresObject('261123') })], terminal],
    refused: { reason: 'dates', at: 0, command: 'PSO', sw: 0x6985 },
  },
  {
    name: 'a terminal that is effective the day after its document verifier expires',
    chain: [verifier, [references.verifier, certificateOf('terminal', { effective: effectiveObject('270130'), expires: expiresObject('270210') })]],
    refused: { reason: 'dates', at: 1, command: 'PSO', sw: 0x6985 },
  },
  { name: 'the reference of another terminal', holderReference: 'CNT-00000200001', refused: { reason: 'terminal', at: 2, command: 'SET AT', sw: 0x6a88 } },
  { name: 'a signature over another challenge', signedOver: { challenge: bytes('b0b1b2b3b4b5b6b8') }, refused: { reason: 'signature', at: 2, command: 'EXTERNAL AUTHENTICATE', sw: 0x6300 } },
  { name: "a signature over another channel's key", signedOver: { ephemeral: chip.point.slice(33) }, refused: { reason: 'signature', at: 2, command: 'EXTERNAL AUTHENTICATE', sw: 0x6300 } },
  { name: 'a signature over another chip', signedOver: { idPicc: cvKeys.first.publicKey.slice(1, 33) }, refused: { reason: 'signature', at: 2, command: 'EXTERNAL AUTHENTICATE', sw: 0x6300 } },
];

export function terminalAuthenticationVectors(): VectorFile {
  const { enc, mac } = chipInputKeys();
  return {
    title: 'Terminal authentication behind chip authentication',
    specification: 'terminal-authentication.md 2, 3; access.md 4; certificates as in cv-certificates.json',
    encKey: hex(enc),
    macKey: hex(mac),
    chipPoint: hex(chip.point),
    terminal: { privateKey: hex(cvKeys.terminal.privateKey), publicKey: hex(cvKeys.terminal.publicKey) },
    // Each begins its own session of chip authentication, with the ephemeral key and the nonce of chip-authentication.json.
    granted: granted.map(scenario),
    refused: refusals.map(scenario),
  };
}
