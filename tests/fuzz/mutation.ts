import { concat } from '../../src/iso7816/index.js';
import type { Random } from './random.js';

/** Makes another input out of one, with a second one to borrow from. */
export type Mutation = (input: Uint8Array, other: Uint8Array, random: Random) => Uint8Array;

/** No input grows beyond this many bytes; the longest object of a card is a photo of 10 KB. */
export const longestInput = 24 * 1024;

/** Heads of BER-TLV, CBOR, APDUs and frames that promise far more than there is, and values at the edges of fields. */
const promises: readonly (readonly number[])[] = [
  [0x84, 0xff, 0xff, 0xff, 0xff], [0x84, 0x7f, 0xff, 0xff, 0xff], [0x83, 0xff, 0xff, 0xff], [0x82, 0xff, 0xff], [0x81, 0xff], [0x80], [0xff], [0x00], [0x7f],
  [0x5b, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff], [0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0x5a, 0xff, 0xff, 0xff, 0xff], [0x7a, 0x7f, 0xff, 0xff, 0xff],
  [0x9a, 0xff, 0xff, 0xff, 0xff], [0x9b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0xba, 0xff, 0xff, 0xff, 0xff], [0xbb, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0x3b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0xdb, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0x00, 0xff, 0xff],
  [0xf9, 0x7e, 0x00], [0xf8, 0x20], [0x5f], [0x7f, 0x9f], [0xbf], [0x61, 0x00], [0x61, 0xff], [0x6c, 0x10], [0x90, 0x00],
];

const replaced = (input: Uint8Array, from: number, to: number, by: Uint8Array): Uint8Array => concat(input.subarray(0, from), by, input.subarray(to));

const operations: readonly Mutation[] = [
  // One bit.
  (input, _, random) => {
    const at = random.below(input.length);
    return replaced(input, at, at + 1, Uint8Array.of((input[at] ?? 0) ^ (1 << random.below(8))));
  },
  // One byte, by value or by a small difference.
  (input, _, random) => {
    const at = random.below(input.length);
    return replaced(input, at, at + 1, Uint8Array.of(random.oneIn(2) ? random.below(256) : (input[at] ?? 0) + random.below(9) - 4));
  },
  // Bytes put in.
  (input, _, random) => {
    const at = random.below(input.length + 1);
    return replaced(input, at, at, random.bytes(1 + random.below(random.oneIn(8) ? 300 : 6)));
  },
  // Bytes taken out.
  (input, _, random) => {
    const at = random.below(input.length);
    return replaced(input, at, at + 1 + random.below(random.oneIn(4) ? input.length - at : 4), new Uint8Array());
  },
  // Cut short.
  (input, _, random) => input.slice(0, random.below(input.length + 1)),
  // Two inputs joined, each at a place of its own.
  (input, other, random) => concat(input.subarray(0, random.below(input.length + 1)), other.subarray(random.below(other.length + 1))),
  // A piece of the other one in the midst of this one.
  (input, other, random) => {
    const from = random.below(other.length);
    const at = random.below(input.length);
    return replaced(input, at, at + random.below(4), other.subarray(from, from + 1 + random.below(32)));
  },
  // A piece twice, or many times.
  (input, _, random) => {
    const at = random.below(input.length);
    const piece = input.subarray(at, at + 1 + random.below(16));
    return replaced(input, at, at, concat(...Array.from({ length: 1 + (random.oneIn(8) ? random.below(200) : 0) }, () => piece)));
  },
  // A giant promise, over what was there or before it.
  (input, _, random) => {
    const at = random.below(input.length);
    const promise = Uint8Array.from(random.pick(promises));
    return replaced(input, at, random.oneIn(2) ? at : at + promise.length, promise);
  },
];

/** One change that knows nothing of any format. */
export const mutateBytes: Mutation = (input, other, random) => random.pick(operations)(input, other, random);
