import { aesCmac } from '../node-crypto/index.js';
import { aesBlock, aesCbcDecrypt, aesCbcEncryptAfter, pad, unpad } from './aes.js';
import { CardError } from './errors.js';
import type { SecureChannel } from './secure-channel.js';
import { concat, encodeCommand, encodeTlv, equal, parseTlv, type CommandApdu, type ResponseApdu, type Tlv } from '../iso7816/index.js';

const statusAndMac = 4 + 10;
const macLength = 8;
/** permit-application.md 4: done, a warning, a wrong PIN, a wrong Le. */
const commandMayGoOn = (sw: number): boolean => sw === 0x9000 || sw >> 8 === 0x62 || sw >> 4 === 0x63c || sw >> 8 === 0x6c;
/** VERIFY of the card access number; its 6300 ends the session only the fifth time (access.md 5). */
const isCanVerify = ({ cla, ins, p1, p2 }: CommandApdu): boolean => (cla & 0xf3) === 0 && ins === 0x20 && p1 === 0x00 && p2 === 0x02;
const wrongCansInSession = 5;

/** Head of an 87/85 object around `length` cryptogram bytes: tag, length, and the padding indicator of 87. */
const headLength = (length: number): number => (length + 1 < 0x80 ? 2 : length + 1 < 0x100 ? 3 : 4) + 1;

/** Plain bytes whose padded cryptogram, wrapped into 87, fits `length`. */
function plainWithin(length: number): number {
  let cryptogram = Math.floor(length / 16) * 16;
  while (cryptogram > 0 && cryptogram + headLength(cryptogram) > length) cryptogram -= 16;
  return Math.max(0, cryptogram - 1);
}

/**
 * Secure messaging with AES-128 (ICAO Doc 9303-11 9.8, chip-authentication.md 2), the terminal's end. It fails closed: whatever is missing, out of order,
 * superfluous or wrong in an answer ends the session, wipes the keys and throws CARD_SM_BROKEN.
 */
export class SecureMessaging implements SecureChannel {
  readonly #encKey: Uint8Array;
  readonly #macKey: Uint8Array;
  readonly #ssc = new Uint8Array(16);
  #oddInstruction = false;
  #canVerify = false;
  #wrongCans = 0;
  #open = true;

  /** Takes copies of both keys (16 bytes each); the caller wipes its own. The counter starts at zero. */
  constructor(encKey: Uint8Array, macKey: Uint8Array) {
    this.#encKey = encKey.slice();
    this.#macKey = macKey.slice();
  }

  get open(): boolean {
    return this.#open;
  }

  commandCapacity(lc: number): number {
    return plainWithin(lc - 4 - (2 + macLength));
  }

  answerCapacity(length: number): number {
    return plainWithin(length - statusAndMac);
  }

  wrap(command: CommandApdu): Uint8Array {
    if (!this.#open) throw new RangeError('secure messaging is not open');
    this.#advance();
    const header = Uint8Array.of(command.cla | 0x0c, command.ins, command.p1, command.p2);
    this.#oddInstruction = (command.ins & 1) === 1;
    this.#canVerify = isCanVerify(command);
    const ne = command.ne ?? 0;
    const data = command.data ?? new Uint8Array();
    const objects: Uint8Array[] = [];
    if (data.length > 0) {
      const padded = pad(data);
      const cryptogram = aesCbcEncryptAfter(this.#encKey, this.#ssc, padded);
      // It may have been a PIN.
      padded.fill(0);
      objects.push(this.#oddInstruction ? encodeTlv(0x85, cryptogram) : encodeTlv(0x87, concat(Uint8Array.of(1), cryptogram)));
    }
    if (ne > 0) objects.push(encodeTlv(0x97, ne <= 256 ? Uint8Array.of(ne & 0xff) : Uint8Array.of((ne >> 8) & 0xff, ne & 0xff)));
    // ISO/IEC 7816-4 10.2.3.1: header and objects are padded each for themselves; no objects, no block.
    const body = concat(...objects);
    const mac = aesCmac(this.#macKey, concat(this.#ssc, pad(header), body.length === 0 ? body : pad(body)));
    objects.push(encodeTlv(0x8e, mac.slice(0, macLength)));
    const outer = concat(...objects);
    const extended = outer.length > 255 || ne > 256;
    const [cla = 0, ins = 0, p1 = 0, p2 = 0] = header;
    return encodeCommand({ cla, ins, p1, p2, data: outer, ne: extended ? 65536 : 256 }, { extended });
  }

  unwrap(response: ResponseApdu): ResponseApdu {
    if (!this.#open) throw new RangeError('secure messaging is not open');
    this.#advance();
    const { data, sw } = response;
    if (data.length === 0) return this.#broken('plain status', sw);
    let objects: Tlv[];
    try {
      objects = parseTlv(data, { strict: true });
    } catch (cause) {
      return this.#broken('objects', sw, cause);
    }
    const cryptogramTag = this.#oddInstruction ? 0x85 : 0x87;
    const [first] = objects;
    const cryptogram = first?.tag === cryptogramTag ? first.value : undefined;
    const [status, mac, ...more] = cryptogram === undefined ? objects : objects.slice(1);
    if (status?.tag !== 0x99 || status.value.length !== 2 || mac?.tag !== 0x8e || mac.value.length !== macLength || more.length > 0) {
      return this.#broken('objects', sw);
    }
    const authenticated = data.slice(0, data.length - (2 + macLength));
    const expected = aesCmac(this.#macKey, pad(concat(this.#ssc, authenticated))).slice(0, macLength);
    if (!equal(expected, mac.value)) return this.#broken('MAC', sw);
    const inner = ((status.value[0] ?? 0) << 8) | (status.value[1] ?? 0);
    if (inner !== sw) return this.#broken('status differs', sw);
    const plain = cryptogram === undefined ? new Uint8Array() : this.#decrypt(cryptogram, sw);
    if (!this.#mayGoOn(inner)) this.close();
    return { data: plain, sw: inner };
  }

  close(): void {
    this.#open = false;
    for (const key of [this.#encKey, this.#macKey, this.#ssc]) key.fill(0);
  }

  #mayGoOn(sw: number): boolean {
    if (sw !== 0x6300 || !this.#canVerify) return commandMayGoOn(sw);
    this.#wrongCans += 1;
    return this.#wrongCans < wrongCansInSession;
  }

  #decrypt(object: Uint8Array, sw: number): Uint8Array {
    const cryptogram = this.#oddInstruction ? object : object.slice(1);
    const indicated = this.#oddInstruction || object[0] === 0x01;
    if (!indicated || cryptogram.length === 0 || cryptogram.length % 16 !== 0) return this.#broken('cryptogram', sw);
    const plain = unpad(aesCbcDecrypt(this.#encKey, aesBlock(this.#encKey, this.#ssc), cryptogram));
    return plain ?? this.#broken('padding', sw);
  }

  #advance(): void {
    for (let i = this.#ssc.length - 1; i >= 0; i -= 1) {
      const next = ((this.#ssc[i] ?? 0) + 1) & 0xff;
      this.#ssc[i] = next;
      if (next !== 0) return;
    }
  }

  #broken(what: string, sw: number, cause?: unknown): never {
    this.close();
    throw new CardError('CARD_SM_BROKEN', `secure messaging: ${what}`, sw, cause === undefined ? undefined : { cause });
  }
}
