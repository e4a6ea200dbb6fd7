import { createECDH, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { hex, type Reply, type Sm, tlv } from './mini-terminal.js';

/**
 * Card-verifiable certificates and terminal authentication from the terminal's end, written from firmware-specs/terminal-authentication.md alone:
 * every field can be spoilt.
 */
const TA = hex('04007F00070202020203');
const ID_AT = hex('04007F000703010202');
const ID_DEPARTMENTS = hex('6981B890AFBECBBFBA93AB979FFE9482E58FEA6902');
const ID_CLAIM = hex('6981B890AFBECBBFBA93AB979FFE9482E58FEA6901');
const P = 'FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFF';

/** FIPS 186-4 D.1.2.3 */
export const DOMAIN: Readonly<Record<string, Buffer>> = {
  p: hex(`${P}FF`),
  a: hex(`${P}FC`),
  b: hex('5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B'),
  g: hex('046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C2964FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5'),
  n: hex('FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551'),
};

export interface Pair {
  readonly key: KeyObject;
  readonly point: Buffer;
}

export function newPair(): Pair {
  const pair = createECDH('prime256v1');
  const point = pair.generateKeys();
  const part = (bytes: Buffer): string => bytes.toString('base64url');
  const d = Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()]).subarray(-32);
  const jwk = { kty: 'EC', crv: 'P-256', x: part(point.subarray(1, 33)), y: part(point.subarray(33)), d: part(d) };
  return { key: createPrivateKey({ format: 'jwk', key: jwk }), point };
}

export const signed = (pair: Pair, ...parts: Uint8Array[]): Buffer => sign('sha256', Buffer.concat(parts), { key: pair.key, dsaEncoding: 'ieee-p1363' });

export const ROLE = { cvca: 0b11n, domestic: 0b10n, foreign: 0b01n, terminal: 0b00n } as const;
const BIT = { endorse: 35n, service: 33n, kiosk: 26n, manage: 5n, inspect: 4n } as const;
export type RightName = keyof typeof BIT;
export const ALL_RIGHTS = Object.keys(BIT) as RightName[];

export const chat = (role: bigint, rights: readonly RightName[]): Buffer =>
  hex(rights.reduce((bits, right) => bits | (1n << BIT[right]), role << 38n).toString(16).padStart(10, '0'));

/** '261124' as six bytes. */
export const digits = (day: string): Buffer => Buffer.from(day.split('').map(Number));

export interface Fields {
  readonly car: string;
  readonly chr: string;
  readonly chat: Buffer;
  readonly effective: string;
  readonly expires: string;
  readonly departments?: readonly number[];
}

/** A holder: its certificate's fields and its key. */
export interface Holder extends Fields {
  readonly pair: Pair;
}

export const publicKey = (point: Uint8Array, domain: boolean): Buffer => {
  const { p, a, b, g, n } = DOMAIN as Record<'p' | 'a' | 'b' | 'g' | 'n', Buffer>;
  const before = [tlv(0x81, p), tlv(0x82, a), tlv(0x83, b), tlv(0x84, g), tlv(0x85, n)];
  return tlv(0x7f49, tlv(0x06, TA), ...(domain ? before : []), tlv(0x86, point), ...(domain ? [tlv(0x87, Buffer.of(1))] : []));
};

const departmentBytes = (departments: readonly number[]): Buffer => Buffer.from(departments.flatMap((number) => [number >> 8, number & 255]));
export const extensions = (departments: readonly number[]): Buffer =>
  tlv(0x65, tlv(0x73, tlv(0x06, ID_DEPARTMENTS), tlv(0x80, departmentBytes(departments))));

/** The objects of a body in their order, by name, so that a test can replace, drop or double one. */
export function bodyParts(holder: Holder, domain = holder.chat.readUInt8(0) >> 6 === 3): Record<string, Buffer> {
  return {
    profile: tlv(0x5f29, Buffer.of(0)),
    car: tlv(0x42, Buffer.from(holder.car, 'latin1')),
    key: publicKey(holder.pair.point, domain),
    chr: tlv(0x5f20, Buffer.from(holder.chr, 'latin1')),
    chat: tlv(0x7f4c, tlv(0x06, ID_AT), tlv(0x53, holder.chat)),
    effective: tlv(0x5f25, digits(holder.effective)),
    expires: tlv(0x5f24, digits(holder.expires)),
    extensions: holder.departments === undefined ? Buffer.alloc(0) : extensions(holder.departments),
  };
}

/** What 7F21 holds. */
export function certificate(holder: Holder, signer: Pair, parts: Record<string, Buffer> = bodyParts(holder)): Buffer {
  const body = tlv(0x7f4e, ...Object.values(parts));
  return Buffer.concat([body, tlv(0x5f37, signed(signer, body))]);
}

const NOW = { effective: '261001', expires: '270131' };
export const cvca: Holder = {
  car: 'CNWZTEST00001', chr: 'CNWZTEST00001', chat: chat(ROLE.cvca, ALL_RIGHTS), effective: '260101', expires: '371231', pair: newPair(),
};
export const dv: Holder = { ...NOW, car: cvca.chr, chr: 'CNWZDV00001', chat: chat(ROLE.domestic, ALL_RIGHTS), pair: newPair() };
export const foreignDv: Holder = { ...dv, chr: 'CNXXDV00001', chat: chat(ROLE.foreign, ALL_RIGHTS), pair: newPair() };

export const terminal = (rights: readonly RightName[], departments?: readonly number[], fields: Partial<Holder> = {}): Holder => ({
  ...NOW, car: dv.chr, chr: 'CNT0010200007', chat: chat(ROLE.terminal, rights), pair: newPair(), ...(departments === undefined ? {} : { departments }), ...fields,
});

export const setDst = (sm: Sm, reference: string): number => sm.command('002281B6', tlv(0x83, Buffer.from(reference, 'latin1'))).sw;

/** MSE:SET DST and PSO:VERIFY CERTIFICATE: the status of the first that fails. */
export function present(sm: Sm, reference: string, contents: Uint8Array): number {
  const set = setDst(sm, reference);
  return set === 0x9000 ? sm.command('002A00BE', contents).sw : set;
}

export const auxiliary = (time = 1_800_000_000, purpose = 1): Buffer => {
  const value = Buffer.alloc(5, purpose);
  value.writeUInt32BE(time);
  return tlv(0x67, tlv(0x73, tlv(0x06, ID_CLAIM), tlv(0x53, value)));
};

export const setAt = (sm: Sm, chr: string, aux: Uint8Array = auxiliary()): number =>
  sm.command('002281A4', Buffer.concat([tlv(0x80, TA), tlv(0x83, Buffer.from(chr, 'latin1')), aux])).sw;
export const getChallenge = (sm: Sm): Reply => sm.command('00840000', undefined, 8);
export const proof = (sm: Sm, holder: Holder, challenge: Uint8Array, aux: Uint8Array = auxiliary()): Buffer =>
  signed(holder.pair, sm.chip, challenge, sm.ephemeral, aux);

/** Certificates of the usual chain: DV, terminal. Throws when the card does not take them. */
export function presentChain(sm: Sm, holder: Holder, verifier: Holder = dv): void {
  for (const [reference, contents] of [[verifier.car, certificate(verifier, cvca.pair)], [holder.car, certificate(holder, verifier.pair)]] as const) {
    const sw = present(sm, reference, contents);
    if (sw !== 0x9000) throw new Error(`certificate ${sw.toString(16)}`);
  }
}

/** The whole of terminal-authentication.md 3; throws when the card refuses. */
export function authenticateTerminal(sm: Sm, holder: Holder, aux: Buffer = auxiliary(), verifier: Holder = dv): void {
  presentChain(sm, holder, verifier);
  if (setAt(sm, holder.chr, aux) !== 0x9000) throw new Error('MSE:SET AT');
  const { sw } = sm.command('00820000', proof(sm, holder, getChallenge(sm).data, aux));
  if (sw !== 0x9000) throw new Error(`EXTERNAL AUTHENTICATE ${sw.toString(16)}`);
}
