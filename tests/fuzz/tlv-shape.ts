import { concat } from '../../src/iso7816/index.js';
import { mutateBytes, type Mutation } from './mutation.js';
import type { Random } from './random.js';

/** A data object as loosely as it can be read; `length` is what it says of itself when that is a lie. */
interface Node {
  tag: Uint8Array;
  value: Uint8Array | Node[];
  length?: Uint8Array;
}

const deepest = 12;

/** The objects of some bytes; undefined when they are none. Written for mutation: it shares nothing with the parser under test. */
function read(bytes: Uint8Array, depth = 0): Node[] | undefined {
  const nodes: Node[] = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    const first = bytes[at] ?? 0;
    at += 1;
    if ((first & 0x1f) === 0x1f) while (((bytes[at++] ?? 0) & 0x80) !== 0);
    const tag = bytes.slice(start, at);
    let length = bytes[at++] ?? 0x100;
    if (length > 0x80) {
      const count = length & 0x7f;
      length = 0;
      for (let i = 0; i < count; i += 1) length = length * 256 + (bytes[at++] ?? 0);
    }
    if (at + length > bytes.length) return undefined;
    const value = bytes.slice(at, at + length);
    const children = (first & 0x20) !== 0 && depth < deepest ? read(value, depth + 1) : undefined;
    nodes.push({ tag, value: children ?? value });
    at += length;
  }
  return nodes;
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  return length < 0x100 ? Uint8Array.of(0x81, length) : Uint8Array.of(0x82, (length >> 8) & 255, length & 255);
}

function write(nodes: readonly Node[]): Uint8Array {
  return concat(
    ...nodes.map(({ tag, value, length }) => {
      const content = value instanceof Uint8Array ? value : write(value);
      return concat(tag, length ?? lengthOf(content.length), content);
    }),
  );
}

/** Every list of objects in the tree, the outermost first. */
const listsOf = (nodes: Node[]): Node[][] => [nodes, ...nodes.flatMap(({ value }) => (value instanceof Uint8Array ? [] : listsOf(value)))];

const lies: readonly (readonly number[])[] = [[0], [1], [0x7f], [0x80], [0x81, 0x7f], [0x81, 0xff], [0x82, 0, 1], [0x82, 0xff, 0xff], [0x83, 0, 0, 1], [0x84, 0xff, 0xff, 0xff, 0xff], [0x84, 0, 0, 0, 2], [0x85, 0, 0, 0, 0, 1]];
const tags: readonly (readonly number[])[] = [[0x30], [0x6f], [0x62], [0x7f, 0x49], [0x7f, 0x66], [0x5f, 0x81, 0x01], [0x1f, 0x80], [0x3f, 0x81, 0x81, 0x81], [0x80], [0x82], [0x84], [0x88], [0x8a], [0x8e], [0x99], [0x87], [0x53], [0xa5], [0x02], [0x00]];

function change(list: Node[], from: readonly Node[], random: Random): void {
  const at = random.below(list.length);
  const node = list[at];
  const borrowed = from[random.below(from.length)];
  switch (random.below(9)) {
    case 0:
      list.splice(at, 1);
      return;
    case 1:
      if (node !== undefined) list.splice(random.below(list.length + 1), 0, ...Array.from({ length: random.oneIn(6) ? 40 : 1 }, () => node));
      return;
    case 2:
      list.reverse();
      return;
    case 3:
      if (node !== undefined) list.push(...list.splice(at, 1));
      return;
    case 4:
      if (borrowed !== undefined) list.splice(at, random.below(2), borrowed);
      return;
    case 5:
      if (node !== undefined) node.tag = Uint8Array.from(random.pick(tags));
      return;
    case 6:
      if (node !== undefined) node.length = Uint8Array.from(random.pick(lies));
      return;
    case 7:
      if (node !== undefined) node.value = random.bytes(random.pick([0, 1, 2, 3, 4, 8, 16, 127, 128, 255, 256, 300]));
      return;
    default:
      // Nested within itself, up to beyond what a parser has to bear.
      for (let depth = random.below(random.oneIn(4) ? 60 : 10); depth >= 0; depth -= 1) {
        const inner = list.splice(0);
        list.push({ tag: Uint8Array.of(random.oneIn(2) ? 0x30 : 0x6f), value: inner });
      }
  }
}

/** Changes data objects as objects, with the lengths around them right, unless one of them is to lie; now and then bytes. */
export const mutateTlv: Mutation = (input, other, random) => {
  const nodes = random.oneIn(3) ? undefined : read(input);
  if (nodes === undefined) return mutateBytes(input, other, random);
  const list = random.pick(listsOf(nodes));
  const leaf = list[random.below(list.length)];
  // A value changed by bytes, everything around it still whole.
  if (random.oneIn(3) && leaf?.value instanceof Uint8Array) leaf.value = mutateBytes(leaf.value, other, random);
  else change(list, random.pick(listsOf(read(other) ?? [])), random);
  return write(nodes);
};

/** The same for the data field of an answer, its status word kept or exchanged. */
export const mutateAnswer: Mutation = (input, other, random) => {
  if (input.length < 2 || random.oneIn(4)) return mutateBytes(input, other, random);
  const sw = random.oneIn(6) ? Uint8Array.from(random.pick([[0x90, 0], [0x61, 0], [0x61, 0x10], [0x6c, 0x10], [0x62, 0x82], [0x69, 0x82], [0x6a, 0x82], [0x60, 0], [0x12, 0x34]])) : input.slice(-2);
  return concat(mutateTlv(input.slice(0, -2), other.slice(0, -2), random), sw);
};
