import { buildStream, chipAuthenticationOid, permitAid } from '../../../src/card/index.js';
import { concat, encodeCommand, encodeTlv, fromHex, parseTlv } from '../../../src/iso7816/index.js';
import { kcwt, streamCounters, streamFiles, trustPoint } from '../../vectors/card-fixture.js';
import { readVectors } from '../../vectors/read.js';
import { seedOf, sha256 } from '../../vectors/shared.js';
import { certificates } from '../access-chains.js';
import { accessScripts, linkScripts } from '../access-scripts.js';
import { Contact, kind } from '../contact.js';
import { powered, secretCards } from '../invented-cards.js';
import { mutateScript, readScript, writeScript, type Line } from '../script-shape.js';
import type { Target } from '../target.js';
import { mutateTlv } from '../tlv-shape.js';

const command = (how: number, cla: number, ins: number, p1: number, p2: number, data: Uint8Array | string = '', ne = 0): Line => ({
  kind: how,
  at: 0,
  data: encodeCommand({ cla, ins, p1, p2, data: typeof data === 'string' ? fromHex(data) : data, ne }),
});
const open = (how: number, at = 0): Line => ({ kind: how, at, data: new Uint8Array() });
const aid = permitAid;
const counter = (n: number): Uint8Array => encodeTlv(0x90, Uint8Array.of(0, 0, 0, n));
const put = (tag: number, n: number, object = kcwt.slice(0, 120)): Line => command(kind.secured, 0, 0xdb, 0x3f, 0xff, encodeTlv(tag, concat(counter(n), encodeTlv(0x53, object))));
const counters = { ...streamCounters, trustPoint };
const otherStream = buildStream({ ...streamFiles, photo: seedOf(0x51) }, counters);
const store = (from: number, to: number, p1: number, p2: number): Line => command(kind.secured, 0x80, 0xe2, p1, p2, otherStream.slice(from, to), 256);

const readingLines: readonly Line[] = [
  command(0, 0, 0xa4, 4, 0, aid, 256), command(0, 0, 0xcb, 0x3f, 0xff, '5c02c2c8', 65_536), command(0, 0, 0xcb, 0x3f, 0xff, '5c02c3c4', 256), command(0, 0, 0xc0, 0, 0, '', 256), command(0, 0, 0xb0, 0x82, 0, '', 10),
  command(0, 0, 0xb0, 0, 4, '', 256), command(0, 0, 0xb2, 1, 0x34, '', 256), command(0, 0, 0xb2, 1, 0x04, '', 10), command(0, 0, 0xa4, 0, 0, '3f00'), command(0, 0, 0xa4, 0, 0x04, '', 256), command(0, 0, 0xa4, 2, 0x04, '2f00', 256),
  command(0, 0, 0xa4, 2, 0x0c, '0102'), command(0, 0, 0xa4, 8, 4, '0f010106', 256), command(0, 0, 0xa4, 0, 4, '0f01', 256), command(0, 0, 0xa4, 8, 4, '0f0101060102', 256), command(0, 0, 0xdb, 0x3f, 0xff, 'c503900101'), command(0, 0x10, 0xcb, 0x3f, 0xff, '5c'), command(0, 0, 0xcb, 0x3f, 0xff, '02c2c8', 256),
];
const securedLines: readonly Line[] = [
  open(kind.chipAuthentication), open(kind.terminal), command(1, 0, 0xcb, 0x3f, 0xff, '5c04c3c4c5c9', 65_536), put(0xc5, 2), put(0xc6, 1), put(0xc6, 2), put(0xc7, 1), command(1, 0, 0xb2, 1, 0x34, '', 256), command(1, 0, 0xb2, 2, 0x34, '', 65_536), command(1, 0, 0xb2, 1, 0x34, '', 5),
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
const lastObject = parseTlv(otherStream).at(-1);
const lastObjectAt = otherStream.length - encodeTlv(0xce, lastObject?.value ?? new Uint8Array()).length;
const lastParts = parseTlv(lastObject?.value ?? new Uint8Array()).map(({ tag, value }) => encodeTlv(tag, value));
const lastWith = (at: number, by: Uint8Array): Uint8Array => encodeTlv(0xce, lastParts.map((part, i) => (i === at ? by : part)));
const lastObjectsAmiss: readonly Uint8Array[] = [
  encodeTlv(0xcf, lastParts), encodeTlv(0xce, lastParts.slice(0, 5)), encodeTlv(0xce, lastParts.slice(0, 4)), encodeTlv(0xce, [...lastParts, encodeTlv(0x98, new Uint8Array(1))]), lastWith(3, fromHex('93022611')), lastWith(3, fromHex('930326112f')),
  lastWith(0, fromHex('900101')), lastWith(4, fromHex('97053132333435')), lastWith(4, fromHex('97063132333435ff')), ...[certificates.verifier, encodeTlv(0x7f21, certificates.first)].map((certificate) => lastWith(5, certificate)),
];
/** Streams that a card must refuse: of other files, in another order, with wrong counters, too long, cut. */
const streamsAmiss: readonly Uint8Array[] = [
  otherStream.slice(0, 600), otherStream.slice(0, -1), concat(otherStream, Uint8Array.of(0x70, 0)), new Uint8Array(3), encodeTlv(0x70, new Uint8Array(4)),
  buildStream({ ...streamFiles, permit: new Uint8Array(300).fill(1) }, counters), buildStream({ ...streamFiles, permit: new Uint8Array() }, counters),
  ...lastObjectsAmiss.map((last) => concat(otherStream.slice(0, lastObjectAt), last)), buildStream({ ...streamFiles, photo: new Uint8Array(10_305) }, counters),
  Uint8Array.from(otherStream, (byte, i) => (i === 4 ? byte ^ 1 : byte)), Uint8Array.from(otherStream, (byte, i) => (i === 6 ? 0x54 : byte)),
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
  ...['c5', 'c500', 'c50390010153', 'c50b9004000000025303010203', 'c5089004000000025300', 'c5039001025301', 'c20a90040000000253020102', 'c50a90040000000053020102', 'c50c9004000000025302010290010a'].map((data) => [open(kind.chipAuthentication), open(kind.terminal), command(1, 0, 0xdb, 0x3f, 0xff, data)]),
  [open(kind.chipAuthentication), open(kind.terminal), put(0xc5, 2, new Uint8Array(1_025)), command(1, 0, 0xdb, 0x3f, 0xfe, 'c500')],
  [{ kind: kind.raw, at: 0, data: new Uint8Array(0x481) }, { kind: kind.raw, at: 0, data: new Uint8Array() }, { kind: kind.raw, at: 0, data: fromHex('ff00000000') }],
];

/** Commands into the card: it always answers with a status word, and nobody is told a key, the digits of the holder, or what the rights shown do not open. */
export const cardCommands: Target = {
  seeds: [
    ...[0, 1, 2, 3].flatMap((scene) => scripts.map((lines) => writeScript({ scene, lines }))),
    ...accessScripts.flatMap((lines, i) => (i < 3 ? [0, 1, 3, 4] : [0]).map((scene) => writeScript({ scene, lines }))),
    ...linkScripts.map((lines) => writeScript({ scene: 4, lines })),
  ],
  mutate: mutateScript(mutateTlv, Object.values(kind), 256, secretCards.length),
  run: (input) => {
    const { scene, lines } = readScript(input);
    const contact = new Contact(powered(secretCards[scene % secretCards.length] ?? secretCards[0]!));
    for (const line of lines) contact.obey(line);
  },
  // Dozens of sessions, each with its certificates and keys.
  allowance: 32 * 1024 * 1024,
};
