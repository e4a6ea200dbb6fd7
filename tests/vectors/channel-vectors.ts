import {
  Scp03Session,
  SecureMessaging,
  aesBlock,
  chipAuthenticationOid,
  chipSessionKeys,
  chipToken,
  deriveKeySet,
  derivation,
  ephemeralKey,
  parseInitializeUpdate,
  permitAid,
  scp03Kdf,
  sharedSecret,
  type SecureChannel,
} from '../../src/card/index.js';
import { aesCmac } from '../../src/node-crypto/index.js';
import { receive, type Answer, type Received } from '../../src/emulator/apdu.js';
import { authenticate } from '../../src/emulator/chip-authentication.js';
import { Scp03Channel } from '../../src/emulator/scp03.js';
import { SecureMessagingChannel } from '../../src/emulator/secure-messaging.js';
import { concat, decodeCommand, decodeResponse, encodeCommand, encodeResponse, encodeTlv, type CommandApdu } from '../../src/iso7816/index.js';
import { chip, signatureKey, stream } from './card-fixture.js';
import { references } from './cvc-objects.js';
import { bytes, hex, seedOf, sha256, type VectorFile } from './shared.js';

/** One exchange: the plain command, as it goes over the line, the card's plain answer, and as that goes back. */
export interface ExchangeVector {
  readonly name: string;
  readonly command: { readonly cla: number; readonly ins: number; readonly p1: number; readonly p2: number; readonly data: string; readonly ne: number };
  readonly wrapped: string;
  readonly answer: { readonly data: string; readonly sw: number };
  readonly response: string;
}
export interface Step {
  readonly name: string;
  readonly command: CommandApdu;
  readonly answer: Answer;
}

/** The card's end of either channel, as its own room has it. */
export interface CardEnd {
  unwrap(received: Received): Uint8Array | undefined;
  wrap(ins: number, answer: Answer): Answer;
}

const received = (raw: Uint8Array): Received => {
  const command = receive(raw);
  if (command === undefined) throw new Error('not a command');
  return command;
};

/** The terminal wraps and the card unwraps; the card wraps and the terminal unwraps: both must come to the same plain bytes. */
export function exchange(terminal: SecureChannel, card: CardEnd, { name, command, answer }: Step): ExchangeVector {
  const data = command.data ?? new Uint8Array(0);
  const wrapped = terminal.wrap(command);
  const plain = card.unwrap(received(wrapped));
  if (plain === undefined || hex(plain) !== hex(data)) throw new Error(`${name}: the card reads something else`);
  const response = encodeResponse(card.wrap(command.ins, answer));
  const read = terminal.unwrap(decodeResponse(response));
  if (hex(read.data) !== hex(answer.data) || read.sw !== answer.sw) throw new Error(`${name}: the terminal reads something else`);
  return {
    name,
    command: { cla: command.cla, ins: command.ins, p1: command.p1, p2: command.p2, data: hex(data), ne: command.ne ?? 0 },
    wrapped: hex(wrapped),
    answer: { data: hex(answer.data), sw: answer.sw },
    response: hex(response),
  };
}

export const scp03Inputs = {
  master: bytes('000102030405060708090a0b0c0d0e0f'),
  serial: bytes('57520000000000000001'),
  hostChallenge: bytes('1011121314151617'),
  sequenceCounter: bytes('000001'),
};
export const scp03CardEnd = (channel: Scp03Channel): CardEnd => ({ unwrap: (command) => channel.unwrap(command), wrap: (_, answer) => channel.wrap(answer) });

export function scp03Vectors(): VectorFile {
  const { master, serial, hostChallenge, sequenceCounter } = scp03Inputs;
  const keys = deriveKeySet(master, serial);
  const cardChallenge = scp03Kdf(keys.enc, derivation.cardChallenge, 8, concat(sequenceCounter, permitAid));
  const context = concat(hostChallenge, cardChallenge);
  const card = new Scp03Channel(keys, hostChallenge, cardChallenge);
  const initializeUpdate = concat(serial, bytes('300370'), cardChallenge, card.cardCryptogram(), sequenceCounter);
  const introduced = parseInitializeUpdate(initializeUpdate);
  if (introduced === undefined) throw new Error('INITIALIZE UPDATE');
  const terminal = new Scp03Session(keys, hostChallenge, introduced);
  const externalAuthenticate = terminal.externalAuthenticate(0x33);
  if (card.checkMac(received(externalAuthenticate)) === undefined) throw new Error('EXTERNAL AUTHENTICATE');

  const none = { data: new Uint8Array(0), sw: 0x9000 };
  const generated = concat(
    encodeTlv(0x7f49, encodeTlv(0x86, chip.point)),
    encodeTlv(0x7f49, encodeTlv(0x86, signatureKey.point)),
    encodeTlv(0xc0, new Uint8Array(4)),
    encodeTlv(0xc1, Uint8Array.of(0)),
    encodeTlv(0xc2, sha256(new Uint8Array(0))),
  );
  const command = (ins: number, p1: number, p2: number, data?: Uint8Array): CommandApdu => ({ cla: 0x80, ins, p1, p2, ne: 256, data });
  const steps: Step[] = [
    { name: 'GENERATE: no data, a long answer', command: command(0x46, 0, 0), answer: { data: generated, sw: 0x9000 } },
    { name: 'STORE DATA, extended', command: command(0xe2, 0, 0, stream.slice(0, 1_024)), answer: none },
    { name: 'STORE DATA, short', command: command(0xe2, 0x80, 1, stream.slice(1_024, 1_024 + 223)), answer: none },
    { name: 'ACTIVATE', command: command(0x44, 0, 0, sha256(stream)), answer: { data: bytes('8a0105'), sw: 0x9000 } },
  ];
  return {
    title: 'SCP03, AES-128, security level 33, S8',
    specification: 'personalisation.md; GlobalPlatform Amendment D 1.2',
    master: hex(master),
    serial: hex(serial),
    keys: { enc: hex(keys.enc), mac: hex(keys.mac), dek: hex(keys.dek) },
    aid: hex(permitAid),
    hostChallenge: hex(hostChallenge),
    sequenceCounter: hex(sequenceCounter),
    cardChallenge: hex(cardChallenge),
    sessionKeys: {
      enc: hex(scp03Kdf(keys.enc, derivation.sEnc, 16, context)),
      mac: hex(scp03Kdf(keys.mac, derivation.sMac, 16, context)),
      rmac: hex(scp03Kdf(keys.mac, derivation.sRmac, 16, context)),
    },
    cardCryptogram: hex(card.cardCryptogram()),
    hostCryptogram: hex(card.hostCryptogram()),
    initializeUpdate: {
      command: hex(encodeCommand({ cla: 0x80, ins: 0x50, p1: 0x30, p2: 0, data: hostChallenge, ne: 256 })),
      response: `${hex(initializeUpdate)}9000`,
    },
    externalAuthenticate: hex(externalAuthenticate),
    exchanges: steps.map((step) => exchange(terminal, scp03CardEnd(card), step)),
  };
}

export const chipInputs = { ephemeral: (): ReturnType<typeof ephemeralKey> => ephemeralKey(seedOf(0x21)), nonce: bytes('a0a1a2a3a4a5a6a7') };
/** As a card tells them that has followed one link: newest first. */
export const trustPoints = [references.second, references.first] as const;
/** Session keys of {@link chipInputs}. */
export function chipInputKeys(): { enc: Uint8Array; mac: Uint8Array } {
  const shared = sharedSecret(chipInputs.ephemeral().privateKey, chip.point);
  if (shared === undefined) throw new Error('no shared secret');
  return chipSessionKeys(shared, chipInputs.nonce);
}
export const secureMessagingCardEnd = (channel: SecureMessagingChannel): CardEnd => ({
  unwrap: (command) => {
    const instruction = channel.unwrap(command);
    return typeof instruction === 'number' ? undefined : instruction.data;
  },
  wrap: (ins, answer) => channel.wrap(ins, answer),
});

/** Exchanges under the session keys of {@link chipInputKeys}, from their first on. */
export function exchangesUnderKeys(steps: readonly Step[]): ExchangeVector[] {
  const keys = chipInputKeys();
  const terminal = new SecureMessaging(keys.enc, keys.mac);
  const card = secureMessagingCardEnd(new SecureMessagingChannel(keys));
  return steps.map((step) => exchange(terminal, card, step));
}

/** A protected command as a reader of short APDUs sends it: CLA bit 5 in all parts but the last, which carries the Le. */
export const shortParts = (wrapped: Uint8Array): string[] => {
  if (wrapped.length <= 261) return [hex(wrapped)];
  const { cla, ins, p1, p2, data = new Uint8Array(0) } = decodeCommand(wrapped);
  const parts = Array.from({ length: Math.ceil(data.length / 255) }, (_, i) => data.slice(255 * i, 255 * (i + 1)));
  return parts.map((part, i) => hex(encodeCommand(i < parts.length - 1 ? { cla: cla | 0x10, ins, p1, p2, data: part } : { cla, ins, p1, p2, data: part, ne: 256 })));
};

export function chipAuthenticationVectors(): VectorFile {
  const ephemeral = chipInputs.ephemeral();
  const { nonce } = chipInputs;
  const shared = sharedSecret(ephemeral.privateKey, chip.point);
  if (shared === undefined) throw new Error('no shared secret');
  const keys = chipSessionKeys(shared, nonce);
  const tokenInput = encodeTlv(0x7f49, concat(encodeTlv(0x06, chipAuthenticationOid), encodeTlv(0x86, ephemeral.point)));
  const request = encodeTlv(0x7c, encodeTlv(0x80, ephemeral.point));
  const told = trustPoints.map((reference) => new TextEncoder().encode(reference));
  const answered = authenticate(request, chip.privateKey, nonce, told);
  if (answered === undefined || hex(answered.keys.enc) !== hex(keys.enc) || hex(answered.keys.mac) !== hex(keys.mac)) throw new Error('both sides differ');

  const terminal = new SecureMessaging(keys.enc, keys.mac);
  const card = secureMessagingCardEnd(new SecureMessagingChannel(answered.keys));
  const ssc = (n: number): Uint8Array => Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? n : 0));
  const steps: Step[] = [
    {
      name: 'GET DATA of the status object (odd INS: DO 85)',
      command: { cla: 0, ins: 0xcb, p1: 0x3f, p2: 0xff, data: bytes('5c01c9'), ne: 256 },
      answer: { data: bytes('c928 900400000001 910400000000 920400000003 9303261124 940c 000700000003 fffe00000002 9501ff'), sw: 0x9000 },
    },
    {
      name: 'READ BINARY of EF.Holder (even INS: DO 87), short of Le',
      command: { cla: 0, ins: 0xb0, p1: 0x83, p2: 0, ne: 640 },
      answer: { data: seedOf(0x33), sw: 0x6282 },
    },
  ];
  return {
    title: 'Chip authentication and secure messaging',
    specification: 'chip-authentication.md; BSI TR-03110-3, ICAO Doc 9303-11 9.8',
    chip: { privateKey: hex(chip.privateKey), point: hex(chip.point) },
    ephemeral: { privateKey: hex(ephemeral.privateKey), point: hex(ephemeral.point) },
    sharedSecret: hex(shared),
    nonce: hex(nonce),
    trustPoints,
    compressedEphemeral: hex(ephemeral.point.slice(1, 33)),
    encKey: hex(keys.enc),
    macKey: hex(keys.mac),
    tokenInput: hex(tokenInput),
    token: hex(chipToken(keys.mac, ephemeral.point)),
    setAt: hex(encodeCommand({ cla: 0, ins: 0x22, p1: 0x41, p2: 0xa4, data: concat(encodeTlv(0x80, chipAuthenticationOid), bytes('840101')) })),
    generalAuthenticate: {
      command: hex(encodeCommand({ cla: 0, ins: 0x86, p1: 0, p2: 0, data: request, ne: 256 })),
      response: `${hex(answered.response)}9000`,
    },
    exchanges: steps.map((step, i) => ({
      ...exchange(terminal, card, step),
      sscCommand: hex(ssc(2 * i + 1)),
      ivCommand: hex(aesBlock(keys.enc, ssc(2 * i + 1))),
      sscAnswer: hex(ssc(2 * i + 2)),
      ivAnswer: hex(aesBlock(keys.enc, ssc(2 * i + 2))),
    })),
    cmacOfNothing: hex(aesCmac(keys.mac, new Uint8Array(0))),
  };
}
