import { concat } from '../iso7816/index.js';
import { BLOCK, cmac, decryptCbc, encryptBlock, encryptCbcAfter, increment, numberBytes, pad, sameBytes, unpad } from './aes.js';
import { answer, type Answer, type Received } from './apdu.js';

const MAC_LENGTH = 8;

/** NIST SP 800-108 in counter mode as GlobalPlatform Amendment D 4.1.5 lays it out; `bits` is 64 or 128. */
export function derive(key: Uint8Array, constant: number, bits: 64 | 128, context: Uint8Array): Uint8Array {
  const label = new Uint8Array(12);
  label[11] = constant;
  return cmac(key, concat(label, Uint8Array.of(0), numberBytes(bits, 2), Uint8Array.of(1), context)).slice(0, bits / 8);
}

/**
 * The card's end of one SCP03 session, AES-128, S8 mode, security level 33 only (C-MAC, C-ENC, R-MAC, R-ENC).
 * Numbers in comments are clauses of GlobalPlatform Amendment D 1.2.
 */
export class Scp03Channel {
  readonly #enc: Uint8Array;
  readonly #mac: Uint8Array;
  readonly #rmac: Uint8Array;
  readonly #context: Uint8Array;
  #chaining: Uint8Array = new Uint8Array(BLOCK);
  readonly #counter = new Uint8Array(BLOCK);

  constructor(keys: { readonly enc: Uint8Array; readonly mac: Uint8Array }, hostChallenge: Uint8Array, cardChallenge: Uint8Array) {
    this.#context = concat(hostChallenge, cardChallenge);
    this.#enc = derive(keys.enc, 0x04, 128, this.#context);
    this.#mac = derive(keys.mac, 0x06, 128, this.#context);
    this.#rmac = derive(keys.mac, 0x07, 128, this.#context);
  }

  cardCryptogram(): Uint8Array {
    return derive(this.#mac, 0x00, 64, this.#context);
  }

  hostCryptogram(): Uint8Array {
    return derive(this.#mac, 0x01, 64, this.#context);
  }

  /** 6.2.4: checks the C-MAC and takes it off; undefined when it is wrong. The whole 16 bytes are chained. */
  checkMac(command: Received): Uint8Array | undefined {
    const { data } = command;
    if (data.length < MAC_LENGTH) return undefined;
    const lc = command.extended ? Uint8Array.of(0, ...numberBytes(data.length, 2)) : Uint8Array.of(data.length);
    const body = data.slice(0, -MAC_LENGTH);
    const mac = cmac(this.#mac, concat(this.#chaining, Uint8Array.of(command.cla, command.ins, command.p1, command.p2), lc, body));
    if (!sameBytes(mac.slice(0, MAC_LENGTH), data.slice(-MAC_LENGTH))) return undefined;
    this.#chaining = mac;
    return body;
  }

  /** 6.2.4 and 6.2.6: C-MAC, then C-ENC. The counter advances for every command, with data or without. */
  unwrap(command: Received): Uint8Array | undefined {
    const body = this.checkMac(command);
    if (body === undefined) return undefined;
    increment(this.#counter);
    if (body.length === 0) return body;
    return body.length % BLOCK === 0 ? unpad(decryptCbc(this.#enc, encryptBlock(this.#enc, this.#counter), body)) : undefined;
  }

  /** 6.2.5 and 6.2.7: R-ENC with the counter whose first byte is 80, then R-MAC over the status too. An error status carries neither. */
  wrap({ data, sw }: Answer): Answer {
    if (sw !== 0x9000) return answer(new Uint8Array(), sw);
    const counter = this.#counter.slice();
    counter[0] = 0x80;
    const body = data.length === 0 ? data : encryptCbcAfter(this.#enc, counter, pad(data));
    const mac = cmac(this.#rmac, concat(this.#chaining, body, numberBytes(sw, 2)));
    return answer(concat(body, mac.slice(0, MAC_LENGTH)), sw);
  }
}
