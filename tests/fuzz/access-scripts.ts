import { concat, encodeCommand, encodeTlv, fromHex, type CommandApdu } from '../../src/iso7816/index.js';
import { kcwt } from '../vectors/card-fixture.js';
import { authorityObject, certificateOf, references } from '../vectors/cvc-objects.js';
import { seedOf } from '../vectors/shared.js';
import { certificates, refusedChains, sent, terminals } from './access-chains.js';
import { getChallenge, kind, setDst, setTerminal, verifyCertificate } from './contact.js';
import type { Line } from './script-shape.js';

const open = (how: number, at = 0): Line => ({ kind: how, at, data: new Uint8Array() });
const say = (command: Omit<CommandApdu, 'cla'>, how: number = kind.secured, at = 0): Line => ({ kind: how, at, data: encodeCommand({ cla: 0, ...command }, { extended: (command.data?.length ?? 0) > 255 || (command.ne ?? 0) > 256 }) });
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A session whose terminal has the rights of `terminals[which]`. */
const entered = (which: number): readonly Line[] => [open(kind.chipAuthentication), open(kind.terminal, which)];
const getData = (tags: string): Line => say({ ins: 0xcb, p1: 0x3f, p2: 0xff, data: encodeTlv(0x5c, fromHex(tags)), ne: 65_536 });
const read = (fid: number, ne = 256): Line => say({ ins: 0xb0, p1: 0x80 | (fid & 0x1f), p2: 0, ne });
const record = (number: number, sfi: number, ne = 65_536): Line => say({ ins: 0xb2, p1: number, p2: (sfi << 3) | 4, ne });
const verify = (text: string, reference = 1): Line => say({ ins: 0x20, p1: 0, p2: reference, data: ascii(text) });
const change = (text: string, p1 = 0): Line => say({ ins: 0x24, p1, p2: 1, data: ascii(text) });
const reset = say({ ins: 0x2c, p1: 3, p2: 1 });
const pinState = say({ ins: 0x20, p1: 0, p2: 1 });
const signDigest = say({ ins: 0x88, p1: 0, p2: 0, data: seedOf(0x52), ne: 64 });
const terminate = say({ ins: 0xe6, p1: 0, p2: 0 });

const counter = (n: number): Uint8Array => encodeTlv(0x90, Uint8Array.of(0, 0, 0, n));
const put = (tag: number, n: number, length = 120, before = ''): Line => say({ ins: 0xdb, p1: 0x3f, p2: 0xff, data: encodeTlv(tag, concat(fromHex(before), counter(n), encodeTlv(0x53, kcwt.slice(0, length)))) });
const putSlot = (department: string, n: number, length = 120): Line => put(0xc7, n, length, `9102${department}`);
const everything: readonly Line[] = [getData('c3'), getData('c4c5'), getData('c7c9'), getData('ca'), read(0x03), read(0x04), read(0x05), read(0x07), read(0x0a), record(1, 7), record(2, 7), record(1, 10), record(40, 7)];

/** MSE:SET DST and PSO:VERIFY CERTIFICATE of one certificate. */
const present = (certificate: Uint8Array, how: number = kind.secured, at = 0): readonly Line[] => {
  const { authorityReference, data } = sent(certificate);
  return [say(setDst(authorityReference)), say(verifyCertificate(data), how, at)];
};
const chain: readonly Line[] = [...present(certificates.verifier), ...present(terminals[0].certificate)];
const [verifierData, terminalData] = [sent(certificates.verifier).data, sent(terminals[0].certificate).data];
/** An auxiliary object, or what stands around it, that is none. */
const claimsAmiss = ['', '83', '800a04007f00070202020203', '800a04007f00070202020202830f434e542d3030303030313030303031', '800a04007f00070202020203830f434e542d3030303030313030303031670773050601005300'];

/** Each begins at an issued card in use, whose PIN is set. */
export const accessScripts: readonly (readonly Line[])[] = [
  [...entered(0), ...everything, put(0xc5, 2), put(0xc6, 1), putSlot('0102', 3), putSlot('0001', 4), getData('c7c9'), pinState, verify('PPPPPP'), pinState, signDigest, signDigest],
  [...entered(5), verify('CCCCCC', 2), verify('000000', 2), getData('ca'), verify('PPPPPP'), signDigest, change('PPPPPP654321'), verify('654321'), reset, change('271828', 1), verify('271828'), terminate, getData('c2'), say({ ins: 0xa4, p1: 4, p2: 0, data: fromHex('f0575a525001'), ne: 256 }, kind.raw)],
  [open(kind.chipAuthentication), ...chain, say(setTerminal()), say(getChallenge), open(kind.proof), ...everything],
  ...[1, 2, 3, 4, 5, 6].map((which) => [...entered(which), ...everything]),
  // What ends a session at its first refusal, each by itself.
  ...[1, 2, 3, 4, 5, 6].flatMap((which) => [getData('c3c4'), getData('c5'), getData('c7'), getData('ca'), record(2, 7), put(0xc5, 2), put(0xc6, 1), putSlot('0300', 3), putSlot('0001', 3)].map((line) => [...entered(which), line])),
  ...[3, 4, 6].flatMap((which) => [verify('PPPPPP'), verify('CCCCCC', 2), change('271828', 1), reset, signDigest, terminate].map((line) => [...entered(which), line])),
  [...entered(2), pinState, verify('PPPPPP'), ...everything, signDigest, verify('111111'), getData('c3')],
  [...entered(2), verify('111111'), change('111111222222'), verify('333333'), verify('PPPPPP'), ...entered(5), reset, ...entered(2), verify('PPPPPP')],
  [...entered(5), ...Array.from({ length: 6 }, () => verify('000000', 2)), getData('c9')],
  ...[verify('PPPPP'), verify('PPPPPA'), verify('CCCCC', 2), verify('CCCCCX', 2), verify('PPPPPP', 3), change('12345', 1), change('12345A', 1), change('123456', 1), change('PPPPPP', 2), say({ ins: 0x24, p1: 0, p2: 2, data: ascii('PPPPPP') }), say({ ins: 0x20, p1: 1, p2: 1 })].map((line) => [...entered(5), line]),
  ...[say({ ins: 0x2c, p1: 0, p2: 1 }), say({ ins: 0x2c, p1: 3, p2: 2 }), say({ ins: 0x2c, p1: 3, p2: 1, data: ascii('1') }), say({ ins: 0xe6, p1: 1, p2: 0 }), say({ ins: 0xe6, p1: 0, p2: 0, data: ascii('1') }), say({ ins: 0x88, p1: 1, p2: 0, data: seedOf(1) })].map((line) => [...entered(5), line]),
  [...entered(5), verify('PPPPPP'), say({ ins: 0x88, p1: 0, p2: 0, data: seedOf(1).slice(1), ne: 64 })],
  [...entered(0), say({ ins: 0xdb, p1: 0x3f, p2: 0xff, data: fromHex('c700') }), ...entered(0), putSlot('ffff', 3), ...entered(0), put(0xc8, 1), ...entered(0), putSlot('0103', 2), ...entered(0), putSlot('0103', 9), ...entered(0), putSlot('0103', 3, 0)],
  // More departments than there are places.
  [...entered(0), ...Array.from({ length: 11 }, (_, i) => putSlot(`02${(0x10 + i).toString(16)}`, 3 + i, 40)), getData('c7')],
  // More terminals than the log keeps.
  [...Array.from({ length: 22 }, () => entered(6)).flat(), ...entered(5), getData('ca')],
  // Terminal authentication, each step alone and out of its place.
  ...[setTerminal(), getChallenge, setDst('CNWZTEST00009'), { ...setDst(''), data: fromHex('8300') }, { ...setDst(''), data: fromHex('84') }, verifyCertificate(verifierData), verifyCertificate(new Uint8Array()), { ...verifyCertificate(verifierData), p1: 1 }, { ...setDst(''), p1: 0x41 }].map((each) => [open(kind.chipAuthentication), say(each)]),
  [open(kind.chipAuthentication), open(kind.proof)],
  [open(kind.chipAuthentication), ...chain, say(getChallenge)],
  [open(kind.chipAuthentication), ...chain, say(setTerminal()), getData('c2'), say(getChallenge)],
  [open(kind.chipAuthentication), ...chain, say(setTerminal()), say({ ...getChallenge, ne: 9 })],
  [open(kind.chipAuthentication), ...chain, say(setTerminal()), say({ ...getChallenge, p1: 1 })],
  [open(kind.chipAuthentication), ...chain, say(setTerminal()), say(getChallenge), getData('c2'), open(kind.proof)],
  [open(kind.chipAuthentication), ...chain, say(setTerminal()), say(getChallenge), say({ ins: 0x82, p1: 0, p2: 0, data: new Uint8Array(64) })],
  [open(kind.chipAuthentication), ...chain, say(setTerminal()), say(getChallenge), say({ ins: 0x82, p1: 0, p2: 0, data: new Uint8Array(63) })],
  [open(kind.chipAuthentication), ...chain, say(setTerminal()), say(getChallenge), say({ ins: 0x82, p1: 1, p2: 0, data: new Uint8Array(64) })],
  [open(kind.chipAuthentication), ...chain, say(setTerminal(references.verifier))],
  ...claimsAmiss.map((data) => [open(kind.chipAuthentication), ...chain, say({ ...setTerminal(), data: fromHex(data) })]),
  ...[setDst(references.second), verifyCertificate(verifierData), setTerminal(), getChallenge].map((each) => [...entered(0), say(each)]),
  [open(kind.chipAuthentication), say(setDst(references.second)), say(verifyCertificate(terminalData))],
  ...refusedChains.map((each) => [open(kind.chipAuthentication), ...each.flatMap((certificate) => present(certificate))]),
  // In chains, and in chains that are broken off.
  [open(kind.chipAuthentication), ...present(certificates.verifier, kind.chained, 60), ...present(terminals[0].certificate, kind.chained, 223), say(setTerminal(), kind.chained, 1), say(getChallenge)],
  [...entered(0), { ...putSlot('0102', 3, 400), kind: kind.chained, at: 100 }, { ...getData('c3'), kind: kind.chained }],
  [...entered(0), { kind: kind.raw, at: 0, data: fromHex('1c2a00be0401020304') }, getData('c3')],
  [...entered(0), { kind: kind.raw, at: 0, data: fromHex('1c2a00be0401020304') }, { kind: kind.raw, at: 0, data: fromHex('1cdb3fff0401020304') }],
  // In plain each is refused.
  ...[verify('PPPPPP'), reset, terminate, signDigest, say(getChallenge), say(setTerminal()), say(setDst(references.second))].map(({ data }) => [{ kind: kind.raw, at: 0, data: fromHex('00a4040006f0575a525001') }, { kind: kind.raw, at: 0, data }]),
];

/** Below the older CVCA: links, what they change, and what follows them. */
export const linkScripts: readonly (readonly Line[])[] = [
  [open(kind.chipAuthentication), ...present(certificates.second), ...chain, say(setTerminal()), say(getChallenge), open(kind.proof), getData('c3c4'), change('271828', 1), open(kind.chipAuthentication), ...present(certificates.second)],
  [open(kind.chipAuthentication), ...present(certificates.second), ...present(certificates.foreign), ...present(certificateOf('verifier', { authority: authorityObject(references.foreign) }, 'foreign'))],
  [...entered(0), ...everything], [...entered(2), pinState], [...entered(5), verify('271828')],
];
