import { concat, encodeTlv, findTlv, parseTlv, type Tlv, TlvError } from '../iso7816/index.js';
import { BLOCK, cmac, decryptCbc, encryptBlock, encryptCbcAfter, increment, numberBytes, pad, sameBytes, unpad } from './aes.js';
import { answer, type Answer, type Instruction, MAX_RESPONSE, type Received } from './apdu.js';

const MAC_LENGTH = 8;
const TAG = { cryptogram: 0x87, cryptogramOdd: 0x85, le: 0x97, status: 0x99, mac: 0x8e } as const;

/** The card's end of ISO secure messaging (ICAO Doc 9303-11 9.8, AES-128); opened by chip authentication. */
export class SecureMessagingChannel {
  readonly #ssc = new Uint8Array(BLOCK);

  constructor(private readonly keys: { readonly enc: Uint8Array; readonly mac: Uint8Array }) {}

  /** A number is the status (6987 objects missing, 6988 incorrect) with which the session dies. */
  unwrap(command: Received): Instruction | 0x6987 | 0x6988 {
    increment(this.#ssc);
    let objects: Tlv[];
    try {
      objects = parseTlv(command.data, { strict: true });
    } catch (error) {
      if (error instanceof TlvError) return 0x6988;
      throw error;
    }
    const odd = command.ins % 2 === 1;
    const mac = findTlv(objects, TAG.mac)?.value;
    if (mac === undefined) return 0x6987;
    const cryptogram = findTlv(objects, odd ? TAG.cryptogramOdd : TAG.cryptogram)?.value;
    const le = findTlv(objects, TAG.le)?.value;
    const order: number[] = [...(cryptogram ? [odd ? TAG.cryptogramOdd : TAG.cryptogram] : []), ...(le ? [TAG.le] : []), TAG.mac];
    if (objects.length !== order.length || objects.some((object, i) => object.tag !== order[i])) return 0x6988;

    const header = pad(Uint8Array.of(command.cla, command.ins, command.p1, command.p2));
    const covered = concat(...objects.slice(0, -1).map((object) => encodeTlv(object.tag, object.value)));
    if (!sameBytes(this.#mac(header, covered), mac)) return 0x6988;
    const data = cryptogram === undefined ? new Uint8Array() : this.#decrypt(cryptogram, odd);
    if (data === undefined || (le !== undefined && le.length !== 1 && le.length !== 2)) return 0x6988;
    const value = le === undefined ? 0 : le.reduce((sum, byte) => sum * 256 + byte, 0);
    const neIsMaximum = le !== undefined && value === 0;
    return {
      ins: command.ins,
      p1: command.p1,
      p2: command.p2,
      data,
      ne: neIsMaximum ? (le.length === 1 ? 256 : 65_536) : value,
      neIsMaximum,
      shortLe: le?.length === 1,
      room: room(command, odd),
    };
  }

  wrap(ins: number, { data, sw }: Answer): Answer {
    increment(this.#ssc);
    const odd = ins % 2 === 1;
    const objects: Uint8Array[] = [];
    if (data.length > 0) {
      const cryptogram = encryptCbcAfter(this.keys.enc, this.#ssc, pad(data));
      objects.push(odd ? encodeTlv(TAG.cryptogramOdd, cryptogram) : encodeTlv(TAG.cryptogram, concat(Uint8Array.of(1), cryptogram)));
    }
    objects.push(encodeTlv(TAG.status, numberBytes(sw, 2)));
    const body = concat(...objects);
    return answer(concat(body, encodeTlv(TAG.mac, this.#mac(new Uint8Array(), body))), sw);
  }

  /** ISO/IEC 7816-4 10.2.3.1: header and objects are padded each for themselves; no objects, no block. */
  #mac(paddedHeader: Uint8Array, objects: Uint8Array): Uint8Array {
    return cmac(this.keys.mac, concat(this.#ssc, paddedHeader, objects.length === 0 ? objects : pad(objects))).slice(0, MAC_LENGTH);
  }

  #decrypt(value: Uint8Array, odd: boolean): Uint8Array | undefined {
    if (!odd && value[0] !== 0x01) return undefined;
    const cryptogram = odd ? value : value.subarray(1);
    if (cryptogram.length === 0 || cryptogram.length % BLOCK !== 0) return undefined;
    return unpad(decryptCbc(this.keys.enc, this.#iv(), cryptogram));
  }

  #iv(): Uint8Array {
    return encryptBlock(this.keys.enc, this.#ssc);
  }
}

/** The most plain bytes whose answer fits the outer Le: status object 4, MAC object 10, the cryptogram's own header, at least one byte of padding. */
function room(command: Received, odd: boolean): number {
  const whole = Math.min(command.ne, MAX_RESPONSE - 2) - 14;
  const header = (whole < 0x80 + 2 ? 2 : whole < 0x100 + 3 ? 3 : 4) + (odd ? 0 : 1);
  return Math.max(0, Math.floor((whole - header) / BLOCK) * BLOCK - 1);
}
