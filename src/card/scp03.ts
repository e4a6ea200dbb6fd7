import { aesCmac } from '../node-crypto/index.js';
import { aesBlock, aesCbcDecrypt, aesCbcEncrypt, pad, unpad } from './aes.js';
import { CardError } from './errors.js';
import { derivation, scp03Kdf, type StaticKeys } from './scp03-kdf.js';
import type { SecureChannel } from './secure-channel.js';
import { concat, encodeCommand, equal, type CommandApdu, type ResponseApdu } from '../iso7816/index.js';

/** Security levels (Amendment D 7.1.1): C-MAC with R-MAC, C-MAC with C-ENC, all four. The product uses 33 only. */
export type SecurityLevel = 0x11 | 0x03 | 0x33;
const cEncryption = 0x02;
const rMac = 0x10;
const rEncryption = 0x20;
const macLength = 8;

/** Plain bytes that fit: padding needs at least one byte of the last block. */
const roomFor = (length: number, encrypted: boolean): number => (encrypted ? Math.floor(length / 16) * 16 - 1 : length);

/** What INITIALIZE UPDATE answers for `i` = 70 (Amendment D 7.1.1.6). */
export interface InitializeUpdateAnswer {
  readonly serial: Uint8Array;
  readonly keyVersion: number;
  readonly parameter: number;
  readonly cardChallenge: Uint8Array;
  readonly cardCryptogram: Uint8Array;
  readonly sequenceCounter: Uint8Array;
}

/** Parses the 32 bytes; undefined when it is not an SCP03 answer with pseudo-random challenge. */
export function parseInitializeUpdate(data: Uint8Array): InitializeUpdateAnswer | undefined {
  const parameter = data[12] ?? 0;
  if (data.length !== 32 || data[11] !== 0x03 || (parameter & 0x10) === 0) return undefined;
  return {
    serial: data.slice(0, 10),
    keyVersion: data[10] ?? 0,
    parameter,
    cardChallenge: data.slice(13, 21),
    cardCryptogram: data.slice(21, 29),
    sequenceCounter: data.slice(29, 32),
  };
}

/**
 * The terminal's end of an SCP03 session, S8 mode (GlobalPlatform Amendment D 1.2). It may be made with static keys of 16, 24 or 32 bytes.
 * `wrap` and `unwrap` alternate, beginning with the command after EXTERNAL AUTHENTICATE. After `close` nothing can be wrapped any more.
 */
export class Scp03Session implements SecureChannel {
  readonly cardCryptogramRight: boolean;
  readonly #sEnc: Uint8Array;
  readonly #sMac: Uint8Array;
  readonly #sRmac: Uint8Array;
  readonly #hostCryptogram: Uint8Array;
  #chaining = new Uint8Array(16);
  #counter = 0;
  #level: SecurityLevel | 0 = 0;
  #open = true;

  constructor(keys: StaticKeys, hostChallenge: Uint8Array, answer: InitializeUpdateAnswer) {
    const context = concat(hostChallenge, answer.cardChallenge);
    this.#sEnc = scp03Kdf(keys.enc, derivation.sEnc, keys.enc.length, context);
    this.#sMac = scp03Kdf(keys.mac, derivation.sMac, keys.mac.length, context);
    this.#sRmac = scp03Kdf(keys.mac, derivation.sRmac, keys.mac.length, context);
    this.cardCryptogramRight = equal(answer.cardCryptogram, scp03Kdf(this.#sMac, derivation.cardCryptogram, macLength, context));
    this.#hostCryptogram = scp03Kdf(this.#sMac, derivation.hostCryptogram, macLength, context);
  }

  get open(): boolean {
    return this.#open;
  }

  /** EXTERNAL AUTHENTICATE with its C-MAC. Refuses (RangeError) when the card cryptogram was wrong: the host cryptogram would help an attacker. */
  externalAuthenticate(level: SecurityLevel): Uint8Array {
    if (!this.cardCryptogramRight || this.#level !== 0) throw new RangeError('no EXTERNAL AUTHENTICATE in this state');
    const command = this.#mac({ cla: 0x84, ins: 0x82, p1: level, p2: 0x00, data: this.#hostCryptogram });
    this.#level = level;
    return command;
  }

  commandCapacity(lc: number): number {
    return roomFor(lc - macLength, (this.#level & cEncryption) !== 0);
  }

  answerCapacity(length: number): number {
    return roomFor(length - ((this.#level & rMac) === 0 ? 0 : macLength), (this.#level & rEncryption) !== 0);
  }

  wrap(command: CommandApdu): Uint8Array {
    if (!this.#open || this.#level === 0) throw new RangeError('the SCP03 session is not open');
    // The counter advances for every command, with data or without (Amendment D 6.2.6).
    this.#counter += 1;
    const data = command.data ?? new Uint8Array();
    const encrypted = (this.#level & cEncryption) !== 0 && data.length > 0 ? aesCbcEncrypt(this.#sEnc, this.#icv(0x00), pad(data)) : data;
    return this.#mac({ ...command, cla: command.cla | 0x04, data: encrypted });
  }

  unwrap(response: ResponseApdu): ResponseApdu {
    if (!this.#open) throw new RangeError('the SCP03 session is not open');
    const { data, sw } = response;
    const warning = sw >> 8 === 0x62;
    if (sw !== 0x9000 && !warning) {
      // An error status comes alone and unprotected (personalisation.md 3), and it ends the session.
      this.close();
      if (data.length > 0) throw new CardError('CARD_SM_BROKEN', 'data beside an error status', sw);
      return response;
    }
    if ((this.#level & rMac) === 0) return response;
    const body = data.slice(0, -macLength);
    const status = Uint8Array.of(sw >> 8, sw & 0xff);
    const mac = aesCmac(this.#sRmac, concat(this.#chaining, body, status)).slice(0, macLength);
    if (data.length < macLength || !equal(mac, data.slice(-macLength))) return this.#broken('R-MAC', sw);
    if ((this.#level & rEncryption) === 0 || body.length === 0) return { data: body, sw };
    if (body.length % 16 !== 0) return this.#broken('R-ENC length', sw);
    const plain = unpad(aesCbcDecrypt(this.#sEnc, this.#icv(0x80), body));
    return plain === undefined ? this.#broken('R-ENC padding', sw) : { data: plain, sw };
  }

  /** Ends the session and wipes its keys. */
  close(): void {
    this.#open = false;
    for (const key of [this.#sEnc, this.#sMac, this.#sRmac, this.#hostCryptogram, this.#chaining]) key.fill(0);
  }

  #broken(what: string, sw: number): never {
    this.close();
    throw new CardError('CARD_SM_BROKEN', `SCP03 ${what}`, sw);
  }

  /** ICV from the encryption counter; the first bit tells answers from commands (Amendment D 6.2.6, 6.2.7). */
  #icv(first: 0x00 | 0x80): Uint8Array {
    const block = new Uint8Array(16);
    new DataView(block.buffer).setUint32(12, this.#counter);
    block[0] = first;
    return aesBlock(this.#sEnc, block);
  }

  /** C-MAC over chaining value, header, Lc as it goes over the wire and data (Amendment D 6.2.4). */
  #mac(command: CommandApdu & { readonly data: Uint8Array }): Uint8Array {
    const lc = command.data.length + macLength;
    const long = lc > 255 || (command.ne ?? 0) > 256;
    const header = Uint8Array.of(command.cla, command.ins, command.p1, command.p2);
    const lcBytes = long ? Uint8Array.of(0, lc >> 8, lc & 0xff) : Uint8Array.of(lc);
    this.#chaining = new Uint8Array(aesCmac(this.#sMac, concat(this.#chaining, header, lcBytes, command.data)));
    return encodeCommand({ ...command, data: concat(command.data, this.#chaining.slice(0, macLength)) }, { extended: long });
  }
}
