import { createCipheriv, createDecipheriv, createECDH, createHash, randomBytes } from 'node:crypto';

/**
 * A terminal small enough to be read beside the specification: SCP03, chip authentication and secure messaging written from
 * firmware-specs alone. It shares nothing with the emulator and nothing with the product's own terminal.
 */
export type Send = (apdu: Uint8Array) => Uint8Array;
export interface Reply {
  readonly data: Buffer;
  readonly sw: number;
}

export const hex = (text: string): Buffer => Buffer.from(text.replace(/\s+/g, ''), 'hex');

export function reply(raw: Uint8Array): Reply {
  const bytes = Buffer.from(raw);
  return { data: bytes.subarray(0, -2), sw: bytes.readUInt16BE(bytes.length - 2) };
}

export function apdu(header: string, data?: Uint8Array, le?: number, extended = (data?.length ?? 0) > 255 || (le ?? 0) > 256): Buffer {
  const lc = data === undefined ? [] : extended ? [0, data.length >> 8, data.length & 255] : [data.length];
  const leBytes = le === undefined ? [] : extended ? [...(data === undefined ? [0] : []), (le >> 8) & 255, le & 255] : [le & 255];
  return Buffer.concat([hex(header), Buffer.from(lc), data ?? Buffer.alloc(0), Buffer.from(leBytes)]);
}

export function tlv(tag: number, ...values: Uint8Array[]): Buffer {
  const value = Buffer.concat(values);
  const size = value.length < 128 ? [value.length] : value.length < 256 ? [0x81, value.length] : [0x82, value.length >> 8, value.length & 255];
  return Buffer.concat([Buffer.from(tag > 255 ? [tag >> 8, tag & 255] : [tag]), Buffer.from(size), value]);
}

/** The objects of one level, by position. */
export function untlv(bytes: Uint8Array): { tag: number; value: Buffer }[] {
  const out: { tag: number; value: Buffer }[] = [];
  const b = Buffer.from(bytes);
  for (let at = 0; at < b.length; ) {
    let tag = b.readUInt8(at++);
    if ((tag & 31) === 31) tag = (tag << 8) | b.readUInt8(at++);
    let length = b.readUInt8(at++);
    if (length > 128) {
      const count = length - 128;
      length = b.readUIntBE(at, count);
      at += count;
    }
    out.push({ tag, value: b.subarray(at, at + length) });
    at += length;
  }
  return out;
}

export const valueOf = (bytes: Uint8Array, ...tags: number[]): Buffer => {
  let value: Buffer = Buffer.from(bytes);
  for (const tag of tags) {
    const found = untlv(value).find((object) => object.tag === tag);
    if (found === undefined) throw new Error(`no ${tag.toString(16)}`);
    value = found.value;
  }
  return value;
};

const ecb = (key: Uint8Array, block: Uint8Array): Buffer => createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(block);
const cbc = (key: Uint8Array, iv: Uint8Array, data: Uint8Array): Buffer => createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false).update(data);
const uncbc = (key: Uint8Array, iv: Uint8Array, data: Uint8Array): Buffer => createDecipheriv('aes-128-cbc', key, iv).setAutoPadding(false).update(data);
const padded = (data: Uint8Array): Buffer => Buffer.concat([data, Buffer.of(0x80), Buffer.alloc(15 - (data.length % 16))]);
const unpadded = (data: Buffer): Buffer => data.subarray(0, data.lastIndexOf(0x80));
const bigint = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const block = (value: bigint): Buffer => hex((value & ((1n << 128n) - 1n)).toString(16).padStart(32, '0'));

/** RFC 4493, with integers for blocks. */
export function cmac(key: Uint8Array, message: Uint8Array): Buffer {
  const shift = (l: bigint): bigint => (l << 1n) ^ (l >> 127n ? (1n << 128n) | 0x87n : 0n);
  const k1 = shift(bigint(ecb(key, Buffer.alloc(16))));
  const whole = message.length > 0 && message.length % 16 === 0;
  const body = whole ? Buffer.from(message) : padded(message);
  const last = block(bigint(body.subarray(-16)) ^ (whole ? k1 : shift(k1)));
  let state: Buffer = Buffer.alloc(16);
  for (let at = 0; at < body.length; at += 16) {
    const next = at + 16 === body.length ? last : body.subarray(at, at + 16);
    state = ecb(key, block(bigint(state) ^ bigint(next)));
  }
  return state;
}

const kdf = (key: Uint8Array, constant: number, bits: number, context: Uint8Array): Buffer =>
  cmac(key, Buffer.concat([Buffer.alloc(11), Buffer.of(constant, 0, 0, bits, 1), context])).subarray(0, bits / 8);

export interface Keys {
  readonly enc: Uint8Array;
  readonly mac: Uint8Array;
  readonly dek: Uint8Array;
}

export const AID = hex('F0575A525001');
export const SELECT = apdu('00A40400', AID, 256);

/** firmware-specs/personalisation.md 2 and 3. */
export class Scp03 {
  #chaining: Buffer = Buffer.alloc(16);
  #counter = 0;
  #enc: Buffer = Buffer.alloc(0);
  #mac: Buffer = Buffer.alloc(0);
  #rmac: Buffer = Buffer.alloc(0);
  sequence = 0;

  constructor(private readonly send: Send) {}

  /** The status of EXTERNAL AUTHENTICATE; `hostCryptogram` spoils it when given. */
  open(keys: Keys, spoil = false): number {
    const host = randomBytes(8);
    const first = reply(this.send(apdu('80503000', host, 256)));
    if (first.sw !== 0x9000) return first.sw;
    const challenge = first.data.subarray(13, 21);
    this.sequence = first.data.readUIntBE(29, 3);
    if (first.data.length !== 32 || first.data.subarray(10, 13).toString('hex') !== '300370') throw new Error('answer of INITIALIZE UPDATE');
    if (!kdf(keys.enc, 2, 64, Buffer.concat([first.data.subarray(29), AID])).equals(challenge)) throw new Error('card challenge');
    const context = Buffer.concat([host, challenge]);
    this.#enc = kdf(keys.enc, 4, 128, context);
    this.#mac = kdf(keys.mac, 6, 128, context);
    this.#rmac = kdf(keys.mac, 7, 128, context);
    if (!kdf(this.#mac, 0, 64, context).equals(first.data.subarray(21, 29))) throw new Error('card cryptogram');
    const cryptogram = kdf(this.#mac, 1, 64, context);
    if (spoil) cryptogram.writeUInt8(cryptogram.readUInt8(0) ^ 1, 0);
    return reply(this.send(this.#macked(hex('84823300'), cryptogram))).sw;
  }

  #macked(header: Uint8Array, body: Uint8Array, le?: number): Buffer {
    const length = body.length + 8;
    const lc = length > 255 ? Buffer.of(0, length >> 8, length & 255) : Buffer.of(length);
    this.#chaining = cmac(this.#mac, Buffer.concat([this.#chaining, header, lc, body]));
    const leBytes = le === undefined ? Buffer.alloc(0) : length > 255 ? Buffer.of(0, 0) : Buffer.of(0);
    return Buffer.concat([header, lc, body, this.#chaining.subarray(0, 8), leBytes]);
  }

  wrap(header: string, data: Uint8Array, le?: number): Buffer {
    this.#counter++;
    const iv = ecb(this.#enc, block(BigInt(this.#counter)));
    return this.#macked(hex(header), data.length === 0 ? data : cbc(this.#enc, iv, padded(data)), le);
  }

  command(header: string, data: Uint8Array, le = 256): Reply {
    return this.unwrap(this.send(this.wrap(header, data, le)));
  }

  unwrap(raw: Uint8Array): Reply {
    const { data, sw } = reply(raw);
    if (sw !== 0x9000) return { data, sw };
    const body = data.subarray(0, -8);
    const mac = cmac(this.#rmac, Buffer.concat([this.#chaining, body, Buffer.of(sw >> 8, sw & 255)])).subarray(0, 8);
    if (!mac.equals(data.subarray(-8))) throw new Error('R-MAC');
    if (body.length === 0) return { data: body, sw };
    return { data: unpadded(uncbc(this.#enc, ecb(this.#enc, block((1n << 127n) | BigInt(this.#counter))), body)), sw };
  }
}

const OID = hex('04007F00070202030202');
export const SET_AT = apdu('002241A4', Buffer.concat([tlv(0x80, OID), tlv(0x84, Buffer.of(1))]));

export class WrongToken extends Error {}

/** chip-authentication.md 2, terminal's end. */
export class Sm {
  #ssc = 0n;
  constructor(
    private readonly send: Send,
    private readonly enc: Uint8Array,
    private readonly mac: Uint8Array,
    /** Comp(PK_PCD) and Comp(Q1) of this channel: terminal-authentication.md 3 signs them. */
    readonly ephemeral: Uint8Array = Buffer.alloc(0),
    readonly chip: Uint8Array = Buffer.alloc(0),
    /** 87 and 88 of the card's answer */
    readonly trustPoints: readonly string[] = [],
  ) {}

  wrap(header: string, data: Uint8Array, le?: number, extended = false): Buffer {
    const h = hex(header);
    h.writeUInt8(h.readUInt8(0) | 0x0c, 0);
    this.#ssc++;
    const odd = h.readUInt8(1) % 2 === 1;
    const cryptogram = cbc(this.enc, ecb(this.enc, block(this.#ssc)), padded(data));
    const objects = [
      ...(data.length === 0 ? [] : [odd ? tlv(0x85, cryptogram) : tlv(0x87, Buffer.of(1), cryptogram)]),
      ...(le === undefined ? [] : [tlv(0x97, extended ? Buffer.of((le >> 8) & 255, le & 255) : Buffer.of(le & 255))]),
    ];
    const body = Buffer.concat(objects);
    const input = Buffer.concat([block(this.#ssc), padded(h), ...(body.length === 0 ? [] : [padded(body)])]);
    const all = Buffer.concat([body, tlv(0x8e, cmac(this.mac, input).subarray(0, 8))]);
    return apdu(h.toString('hex'), all, extended ? 65_536 : 256, extended || all.length > 255);
  }

  unwrap(raw: Uint8Array, odd: boolean): Reply {
    const { data, sw } = reply(raw);
    if (data.length === 0) return { data, sw };
    this.#ssc++;
    const objects = untlv(data);
    const mac = objects.pop();
    const covered = Buffer.concat(objects.map(({ tag, value }) => tlv(tag, value)));
    const expected = cmac(this.mac, Buffer.concat([block(this.#ssc), padded(covered)])).subarray(0, 8);
    if (mac?.tag !== 0x8e || !expected.equals(mac.value)) throw new Error('answer MAC');
    const inner = valueOf(covered, 0x99).readUInt16BE(0);
    if (inner !== sw) throw new Error('two statuses');
    const body = objects.find(({ tag }) => tag === (odd ? 0x85 : 0x87))?.value;
    if (body === undefined) return { data: Buffer.alloc(0), sw };
    return { data: unpadded(uncbc(this.enc, ecb(this.enc, block(this.#ssc)), odd ? body : body.subarray(1))), sw };
  }

  command(header: string, data: Uint8Array = Buffer.alloc(0), le?: number, extended = false): Reply {
    return this.unwrap(this.send(this.wrap(header, data, le, extended)), hex(header).readUInt8(1) % 2 === 1);
  }

  /** The same command cut into short ones (permit-application.md 4). */
  chained(header: string, data: Uint8Array): Reply {
    const whole = this.wrap(header, data, undefined, true);
    const objects = whole.subarray(7, -2);
    for (let at = 0; ; at += 200) {
      const last = at + 200 >= objects.length;
      const start = Buffer.of(whole.readUInt8(0) | (last ? 0 : 0x10), ...whole.subarray(1, 4)).toString('hex');
      const answer = this.send(apdu(start, objects.subarray(at, at + 200), last ? 256 : undefined));
      if (last) return this.unwrap(answer, hex(header).readUInt8(1) % 2 === 1);
      if (reply(answer).sw !== 0x9000) return reply(answer);
    }
  }
}

/** chip-authentication.md 1; a number is the status that refused, a wrong token throws. */
export function chipAuthenticate(send: Send, chipPoint: Uint8Array): Sm | number {
  const set = reply(send(SET_AT));
  if (set.sw !== 0x9000) return set.sw;
  const pair = createECDH('prime256v1');
  const point = pair.generateKeys();
  const answer = reply(send(apdu('00860000', tlv(0x7c, tlv(0x80, point)), 256)));
  if (answer.sw !== 0x9000) return answer.sw;
  const nonce = valueOf(answer.data, 0x7c, 0x81);
  const shared = pair.computeSecret(chipPoint);
  const derive = (counter: number): Buffer => createHash('sha1').update(Buffer.concat([shared, nonce, Buffer.of(0, 0, 0, counter)])).digest().subarray(0, 16);
  const token = cmac(derive(2), tlv(0x7f49, tlv(0x06, OID), tlv(0x86, point))).subarray(0, 8);
  if (!token.equals(valueOf(answer.data, 0x7c, 0x82))) throw new WrongToken('T_PICC');
  const hints = untlv(valueOf(answer.data, 0x7c)).slice(2);
  if (hints.some(({ tag }, i) => tag !== 0x87 + i)) throw new Error('trust points');
  return new Sm(send, derive(1), derive(2), point.subarray(1, 33), chipPoint.slice(1, 33), hints.map(({ value }) => value.toString('latin1')));
}
