import { CborError, decodeCbor, encodeCbor, secretbox, secretboxOpen } from '../cose/index.js';
import { CodedError } from '../contract/index.js';

/**
 * What this terminal must read again itself, at rest: NaCl secretbox under the terminal's local key (32 bytes). The place of a value
 * (table and key) is inside its box, so that a box moved to another row does not open there.
 */
export class Boxes {
  readonly #key: Uint8Array;

  constructor(localKey: Uint8Array) {
    if (localKey.length !== 32) throw new RangeError('the local key must be 32 bytes');
    this.#key = localKey;
  }

  close(place: string, value: unknown): Uint8Array {
    return secretbox(this.#key, encodeCbor([place, value]));
  }

  /** @throws CodedError STORAGE_CORRUPT: changed bytes, another key, or another place */
  open(place: string, boxed: Uint8Array): unknown {
    const plain = secretboxOpen(this.#key, boxed);
    if (plain === undefined) throw new CodedError('STORAGE_CORRUPT', 'a box does not open');
    let content: unknown;
    try {
      content = decodeCbor(plain);
    } catch (error) {
      if (!(error instanceof CborError)) throw error;
      throw new CodedError('STORAGE_CORRUPT', 'a box holds no CBOR', { cause: error });
    }
    if (!Array.isArray(content) || content.length !== 2 || content[0] !== place) throw new CodedError('STORAGE_CORRUPT', 'a box lies in the wrong place');
    return content[1];
  }
}
