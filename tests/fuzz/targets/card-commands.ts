import { buildStream, chipAuthenticationOid, chipSessionKeys, ephemeralKey, parseInitializeUpdate, permitAid, Scp03Session, SecureMessaging, type SecureChannel } from '../../../src/card/index.js';
import type { EmulatedCard } from '../../../src/emulator/index.js';
import { concat, decodeCommand, decodeResponse, encodeCommand, encodeTlv, findTlv, fromHex, parseTlv, type CommandApdu } from '../../../src/iso7816/index.js';
import { kcwt, streamCounters, streamFiles } from '../../vectors/card-fixture.js';
import { readVectors } from '../../vectors/read.js';
import { seedOf, sha256 } from '../../vectors/shared.js';
import { chipSecrets, powered, protectedContents, secretCards, secretChipPoint, staticKeys } from '../invented-cards.js';
import { mutateScript, readScript, writeScript, type Line } from '../script-shape.js';
import { Broken, holds, type Target } from '../target.js';
import { mutateTlv } from '../tlv-shape.js';

/** How a line reaches the card: as it stands; under the channel that is open; the same with one byte of it changed afterwards; what opens a channel; power; a whole personalisation stream. */
const kind = { raw: 0, secured: 1, damaged: 2, chipAuthentication: 3, scp03: 4, power: 5, stream: 6 } as const;
const longestAnswer = 0x1100;

/** Any eight bytes in a row of a key, any twelve of what is read under secure messaging only. */
const windows = (secret: Uint8Array, length: number): Buffer[] => Array.from({ length: secret.length - length + 1 }, (_, i) => Buffer.from(secret.slice(i, i + length)));
const keys = [...Object.values(staticKeys), ...chipSecrets].flatMap((secret: Uint8Array) => windows(secret, 8));
const personal = Object.values(protectedContents).flatMap((secret) => windows(secret, 12));

/** One power-on of a card and the terminal that speaks to it, in whatever order the script wants. */
class Contact {
  #channel: SecureChannel | undefined;

  constructor(private readonly card: EmulatedCard) {}

  obey({ kind: how, at, data }: Line): void {
    switch (how % 7) {
      case kind.raw:
        this.#send(data);
        return;
      case kind.secured:
        this.#secured(data, (wrapped) => wrapped);
        return;
      case kind.damaged:
        this.#secured(data, (wrapped) => wrapped.map((byte, i) => (i === at % wrapped.length ? byte ^ (1 << (at & 7)) : byte)));
        return;
      case kind.chipAuthentication:
        this.#authenticateChip();
        return;
      case kind.scp03:
        this.#openScp03();
        return;
      case kind.stream:
        this.#activate(data);
        return;
      default:
        this.#channel = undefined;
        this.card.powerDown();
        holds(this.card.process(data) === undefined, 'a card without power is silent');
        this.card.powerUp();
    }
  }

  #send(command: Uint8Array): { data: Uint8Array; sw: number } {
    const bytes = this.card.process(command);
    if (bytes === undefined || bytes.length < 2 || bytes.length > longestAnswer) throw new Broken(`an answer of ${bytes?.length ?? 'no'} bytes`);
    const { data, sw } = decodeResponse(bytes);
    holds(sw >> 12 === 9 || (sw >> 12 === 6 && sw >> 8 !== 0x60), 'an answer ends with a status word');
    const text = Buffer.from(data);
    holds(!keys.some((window) => text.includes(window)), 'no answer holds a key');
    holds(!personal.some((window) => text.includes(window)), 'no answer holds in plain what is read under secure messaging only');
    return { data, sw };
  }

  #secured(data: Uint8Array, change: (wrapped: Uint8Array) => Uint8Array): void {
    const command = commandOf(data);
    const channel = this.#channel;
    if (channel?.open !== true || command === undefined) {
      this.#send(data);
      return;
    }
    const wrapped = channel.wrap(command);
    const changed = change(wrapped);
    const answer = this.#send(changed);
    // A card refuses what was changed on the way: no data under a wrong MAC.
    if (changed !== wrapped && command.cla !== 0) holds(answer.data.length === 0, 'a damaged command has no answer');
    try {
      channel.unwrap(answer);
    } catch {
      this.#channel = undefined;
    }
  }

  #authenticateChip(): void {
    const ephemeral = ephemeralKey(seedOf(0x41));
    this.#send(encodeCommand({ cla: 0, ins: 0xa4, p1: 4, p2: 0, data: permitAid, ne: 256 }));
    this.#send(encodeCommand({ cla: 0, ins: 0x22, p1: 0x41, p2: 0xa4, data: concat(encodeTlv(0x80, chipAuthenticationOid), encodeTlv(0x84, Uint8Array.of(1))) }));
    const { data, sw } = this.#send(encodeCommand({ cla: 0, ins: 0x86, p1: 0, p2: 0, data: encodeTlv(0x7c, encodeTlv(0x80, ephemeral.point)), ne: 256 }));
    const nonce = sw === 0x9000 ? findTlv(parseTlv(data), 0x7c, 0x81)?.value : undefined;
    const shared = ephemeral.agree(secretChipPoint);
    if (nonce === undefined || shared === undefined) return;
    const { enc, mac } = chipSessionKeys(shared, nonce);
    this.#channel = new SecureMessaging(enc, mac);
  }

  /** STORE DATA of these bytes and ACTIVATE with their digest: what the card makes of a stream that is none. */
  #activate(contents: Uint8Array): void {
    this.#openScp03();
    for (let at = 0, block = 0; at < contents.length && block < 12; block += 1, at += 1_000) {
      const last = at + 1_000 >= contents.length || block === 11;
      this.#secured(encodeCommand({ cla: 0x80, ins: 0xe2, p1: last ? 0x80 : 0, p2: block, data: contents.slice(at, at + 1_000), ne: 256 }), (wrapped) => wrapped);
    }
    this.#secured(encodeCommand({ cla: 0x80, ins: 0x44, p1: 0, p2: 0, data: sha256(contents.slice(0, 12_000)), ne: 256 }), (wrapped) => wrapped);
  }

  #openScp03(): void {
    const challenge = seedOf(0x42).slice(0, 8);
    this.#send(encodeCommand({ cla: 0, ins: 0xa4, p1: 4, p2: 0, data: permitAid, ne: 256 }));
    const { data, sw } = this.#send(encodeCommand({ cla: 0x80, ins: 0x50, p1: 0x30, p2: 0, data: challenge, ne: 256 }));
    const introduced = sw === 0x9000 ? parseInitializeUpdate(data) : undefined;
    if (introduced === undefined) return;
    const session = new Scp03Session(staticKeys, challenge, introduced);
    if (session.cardCryptogramRight && this.#send(session.externalAuthenticate(0x33)).sw === 0x9000) this.#channel = session;
  }
}

/** A command that a terminal could wrap; undefined for anything else. */
function commandOf(data: Uint8Array): CommandApdu | undefined {
  try {
    const command = decodeCommand(data);
    const tooLong = (command.data?.length ?? 0) > 4_096;
    return tooLong ? undefined : command;
  } catch {
    return undefined;
  }
}

const command = (how: number, cla: number, ins: number, p1: number, p2: number, data: Uint8Array | string = '', ne = 0): Line => ({
  kind: how,
  at: 0,
  data: encodeCommand({ cla, ins, p1, p2, data: typeof data === 'string' ? fromHex(data) : data, ne }),
});
const open = (how: number): Line => ({ kind: how, at: 0, data: new Uint8Array() });
const aid = permitAid;
const counter = (n: number): Uint8Array => encodeTlv(0x90, Uint8Array.of(0, 0, 0, n));
const put = (tag: number, n: number, object = kcwt.slice(0, 120)): Line => command(kind.secured, 0, 0xdb, 0x3f, 0xff, encodeTlv(tag, concat(counter(n), encodeTlv(0x53, object))));
const otherStream = buildStream({ ...streamFiles, photo: seedOf(0x51) }, streamCounters);
const store = (from: number, to: number, p1: number, p2: number): Line => command(kind.secured, 0x80, 0xe2, p1, p2, otherStream.slice(from, to), 256);

const readingLines: readonly Line[] = [
  command(0, 0, 0xa4, 4, 0, aid, 256), command(0, 0, 0xcb, 0x3f, 0xff, '5c02c2c8', 65_536), command(0, 0, 0xcb, 0x3f, 0xff, '5c02c3c4', 256), command(0, 0, 0xc0, 0, 0, '', 256), command(0, 0, 0xb0, 0x82, 0, '', 10),
  command(0, 0, 0xb0, 0, 4, '', 256), command(0, 0, 0xb2, 1, 0x34, '', 256), command(0, 0, 0xb2, 1, 0x04, '', 10), command(0, 0, 0xa4, 0, 0, '3f00'), command(0, 0, 0xa4, 0, 0x04, '', 256), command(0, 0, 0xa4, 2, 0x04, '2f00', 256),
  command(0, 0, 0xa4, 2, 0x0c, '0102'), command(0, 0, 0xa4, 8, 4, '0f010106', 256), command(0, 0, 0xa4, 0, 4, '0f01', 256), command(0, 0, 0xa4, 8, 4, '0f0101060102', 256), command(0, 0, 0xdb, 0x3f, 0xff, 'c503900101'), command(0, 0x10, 0xcb, 0x3f, 0xff, '5c'), command(0, 0, 0xcb, 0x3f, 0xff, '02c2c8', 256),
];
const securedLines: readonly Line[] = [
  open(kind.chipAuthentication), command(1, 0, 0xcb, 0x3f, 0xff, '5c04c3c4c5c9', 65_536), put(0xc5, 2), put(0xc6, 1), put(0xc6, 2), put(0xc7, 1), command(1, 0, 0xb2, 1, 0x34, '', 256), command(1, 0, 0xb2, 2, 0x34, '', 65_536), command(1, 0, 0xb2, 1, 0x34, '', 5),
  command(1, 0, 0xb0, 0x83, 0, '', 256), command(1, 0, 0xb0, 0, 5, '', 65_536), command(1, 0, 0xb1, 0, 5, '', 16), command(1, 0, 0xcb, 0x3f, 0xff, '5c02c9c7', 256), command(kind.damaged, 0, 0xcb, 0x3f, 0xff, '5c01c3', 256), command(0, 0, 0xcb, 0x3f, 0xff, '5c02c6c1', 256),
];
const personalisingLines: readonly Line[] = [
  open(kind.scp03), command(1, 0x80, 0x46, 0, 0, '', 256), store(0, 700, 0, 0), store(700, otherStream.length, 0x80, 1), command(1, 0x80, 0x44, 0, 0, sha256(otherStream), 256), open(kind.chipAuthentication), command(1, 0, 0xcb, 0x3f, 0xff, '5c02c5c9', 512),
];
const { blankCard } = readVectors<{ blankCard: readonly { command: string }[] }>('apdu.json');
const vectorLines = blankCard.map((each): Line => ({ kind: kind.raw, at: 0, data: fromHex(each.command) }));
const select = command(0, 0, 0xa4, 4, 0, aid, 256);
const setAt = command(0, 0, 0x22, 0x41, 0xa4, concat(encodeTlv(0x80, chipAuthenticationOid), encodeTlv(0x84, Uint8Array.of(1))));
const authenticationsAmiss = ['', '7c', '7c00', '7d00', '7c028000', '7c0481000000', `7c438041${'04'.repeat(65)}`, '7c0280007c028000', '7cff'];
/** Streams that a card must refuse: of other files, in another order, with wrong counters, too long, cut. */
const streamsAmiss: readonly Uint8Array[] = [
  otherStream.slice(0, 600), otherStream.slice(0, -1), concat(otherStream, Uint8Array.of(0x70, 0)), new Uint8Array(3), encodeTlv(0x70, new Uint8Array(4)),
  buildStream({ ...streamFiles, permit: new Uint8Array(300).fill(1) }, streamCounters), buildStream({ ...streamFiles, permit: new Uint8Array() }, streamCounters),
  concat(otherStream.slice(0, -4), Uint8Array.of(0x93, 2, 0x26, 0x11)), Uint8Array.from(otherStream, (byte, i) => (i === otherStream.length - 1 ? 0xfa : byte)),
  Uint8Array.from(otherStream, (byte, i) => (i === 4 ? byte ^ 1 : byte)), Uint8Array.from(otherStream, (byte, i) => (i === otherStream.length - 5 ? 0x94 : byte)), Uint8Array.from(otherStream, (byte, i) => (i === 6 ? 0x54 : byte)),
];
const scripts: readonly (readonly Line[])[] = [
  readingLines, securedLines, personalisingLines, vectorLines, [...securedLines, open(kind.power), ...readingLines],
  [open(kind.scp03), store(0, 200, 0, 0), open(kind.scp03), store(0, 100, 0, 0), store(100, 200, 0, 9), command(1, 0x80, 0x44, 0, 0, sha256(otherStream), 256)],
  [open(kind.scp03), store(0, 700, 0, 0), store(700, 720, 0x80, 1), command(1, 0x80, 0x44, 0, 0, sha256(otherStream.slice(0, 720)), 256)],
  [
    select, command(0, 0x80, 0x50, 0x30, 0, '0102030405060708', 256), command(0, 0x84, 0x82, 0x33, 0, '00'.repeat(16)), command(0, 0x84, 0x46, 0, 0, '00'.repeat(8)), command(0, 0x84, 0x82, 0x33, 0, '00'.repeat(16)),
    command(0, 0x80, 0x50, 0x20, 0, '0102030405060708', 256), command(0, 0x80, 0x50, 0x30, 1, '0102030405060708', 256), command(0, 0x80, 0x50, 0x30, 0, '01', 256), command(0, 0x80, 0x82, 0x33, 0), command(0, 0x80, 0x50, 0x30, 0, '0102030405060708', 256), command(0, 0x84, 0x82, 0x11, 0, '00'.repeat(16)),
    command(0, 0x80, 0x50, 0x30, 0, '0102030405060708', 256), command(0, 0x84, 0x82, 0x33, 0, '00'),
  ],
  // Wrong cryptograms until the card has enough of them.
  [select, ...Array.from({ length: 102 }, () => [command(0, 0x80, 0x50, 0x30, 0, '0102030405060708', 256), command(0, 0x84, 0x82, 0x33, 0, '00'.repeat(16))]).flat()],
  [{ kind: kind.stream, at: 0, data: otherStream }],
  ...streamsAmiss.map((data) => [{ kind: kind.stream, at: 0, data }]),
  [open(kind.scp03), command(1, 0x80, 0x46, 1, 0, '', 256), open(kind.scp03), command(1, 0x80, 0x46, 0, 0, '00', 256), open(kind.scp03), command(1, 0x80, 0xe2, 1, 0, '00', 256), open(kind.scp03), command(1, 0x80, 0xe2, 0, 0, '', 256), open(kind.scp03), command(1, 0x80, 0x44, 0, 0, '00', 256), open(kind.scp03), command(1, 0x80, 0x45, 0, 0, '00', 256)],
  ...authenticationsAmiss.map((data) => [select, setAt, command(0, 0, 0x86, 0, 0, data, 256)]),
  ...['8000', '800a04007f00070202030202840102', '800a04007f000702020302028401', '800a04007f0007020203020384010180', '840101'].map((data) => [select, command(0, 0, 0x22, 0x41, 0xa4, data), command(0, 0, 0x86, 0, 0, '7c00', 256)]),
  // Under secure messaging, and yet no right object of it.
  ...['', '00', '8e08', '8e0801020304050607088e080102030405060708', '9701008e080102030405060708', '851000112233445566778899aabbccddeeff8e080102030405060708', '870900112233445566778e080102030405060708', '970100'].map((data) => [open(kind.chipAuthentication), command(0, 0x0c, 0xcb, 0x3f, 0xff, data, 256)]),
  ...['c5', 'c500', 'c50390010153', 'c50b9004000000025303010203', 'c5089004000000025300', 'c5039001025301', 'c20a90040000000253020102', 'c50a90040000000053020102', 'c50c9004000000025302010290010a'].map((data) => [open(kind.chipAuthentication), command(1, 0, 0xdb, 0x3f, 0xff, data)]),
  [open(kind.chipAuthentication), put(0xc5, 3, new Uint8Array(1_025)), command(1, 0, 0xdb, 0x3f, 0xfe, 'c500')],
  [{ kind: kind.raw, at: 0, data: new Uint8Array(0x481) }, { kind: kind.raw, at: 0, data: new Uint8Array() }, { kind: kind.raw, at: 0, data: fromHex('ff00000000') }],
];

/** Commands into the card: it always answers with a status word, and no key and nothing protected in plain. */
export const cardCommands: Target = {
  seeds: [0, 1, 2, 3].flatMap((scene) => scripts.map((lines) => writeScript({ scene, lines }))),
  mutate: mutateScript(mutateTlv, Object.values(kind), 256, secretCards.length),
  run: (input) => {
    const { scene, lines } = readScript(input);
    const contact = new Contact(powered(secretCards[scene % secretCards.length] ?? secretCards[0]!));
    for (const line of lines) contact.obey(line);
  },
};
