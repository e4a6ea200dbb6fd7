import { concat } from '../../src/iso7816/index.js';
import { mutateBytes, type Mutation } from './mutation.js';
import type { Random } from './random.js';

/** A data item as loosely as it can be read: a head as it stood (or as it is to lie), contents of a string, items of an array, map or tag. */
interface Item {
  readonly major: number;
  argument: number;
  head?: Uint8Array;
  content?: Uint8Array;
  /** A byte string that holds an item itself, as payloads and protected headers do. */
  inner?: Item;
  items?: Item[];
}

const deepest = 40;

function readItem(bytes: Uint8Array, start: number, depth: number): { item: Item; next: number } | undefined {
  const initial = bytes[start];
  if (initial === undefined || depth > deepest) return undefined;
  const info = initial & 31;
  const major = initial >> 5;
  const width = info < 24 ? 0 : info < 28 ? 1 << (info - 24) : -1;
  let at = start + 1 + width;
  if (width < 0 || at > bytes.length) return undefined;
  const argument = width === 0 ? info : bytes.subarray(start + 1, at).reduce((n, byte) => n * 256 + byte, 0);
  const item: Item = { major, argument };
  if (major === 7) item.head = bytes.slice(start, at);
  if (major === 2 || major === 3) {
    if (at + argument > bytes.length) return undefined;
    item.content = bytes.slice(at, at + argument);
    at += argument;
    const inner = major === 2 && argument > 1 ? readItem(item.content, 0, depth + 1) : undefined;
    if (inner?.next === argument && (inner.item.items?.length ?? 0) > 0) item.inner = inner.item;
  }
  if (major === 4 || major === 5 || major === 6) {
    const count = major === 4 ? argument : major === 5 ? 2 * argument : 1;
    if (count > bytes.length - at) return undefined;
    item.items = [];
    for (let i = 0; i < count; i += 1) {
      const found = readItem(bytes, at, depth + 1);
      if (found === undefined) return undefined;
      item.items.push(found.item);
      at = found.next;
    }
  }
  return { item, next: at };
}

const read = (bytes: Uint8Array): Item | undefined => {
  const found = readItem(bytes, 0, 0);
  return found?.next === bytes.length ? found.item : undefined;
};

const bigEndian = (n: number, width: number): number[] => Array.from({ length: width }, (_, i) => Math.floor(n / 256 ** (width - 1 - i)) % 256);

function headOf(major: number, argument: number): Uint8Array {
  const first = major << 5;
  if (argument < 24) return Uint8Array.of(first | argument);
  const width = argument < 0x100 ? 1 : argument < 0x10000 ? 2 : argument < 2 ** 32 ? 4 : 8;
  return Uint8Array.of(first | (24 + Math.log2(width)), ...bigEndian(argument, width));
}

function write(item: Item): Uint8Array {
  const { major, items } = item;
  const content = item.inner === undefined ? item.content : write(item.inner);
  const argument = content !== undefined ? content.length : items === undefined || major === 6 ? item.argument : major === 4 ? items.length : Math.ceil(items.length / 2);
  return concat(item.head ?? headOf(major, argument), content ?? new Uint8Array(), ...(items ?? []).map(write));
}

const allOf = (item: Item): Item[] => [item, ...(item.items ?? []).flatMap(allOf), ...(item.inner === undefined ? [] : allOf(item.inner))];

const scalars: readonly (readonly number[])[] = [
  [0x00], [0x20], [0x17], [0x18, 0x18], [0x1a, 0xff, 0xff, 0xff, 0xff], [0x1b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0x1b, 0, 0x20, 0, 0, 0, 0, 0, 0], [0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xf4], [0xf5], [0xf6], [0xf7], [0xf9, 0x3e, 0x00], [0xfa, 0x47, 0xc3, 0x50, 0x00], [0xfb, 0x3f, 0xf1, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a], [0xf9, 0x7e, 0x00], [0xf8, 0xff], [0xe0], [0x40], [0x60], [0x80], [0xa0], [0x61, 0x41], [0x41, 0x00], [0x62, 0xc3, 0x28],
  [0x9f, 0x01, 0xff], [0x5f, 0x41, 0x00, 0xff], [0x7f, 0x61, 0x61, 0xff], [0xbf, 0x01, 0x02, 0xff], [0x5f, 0x61, 0x00, 0xff], [0x18, 0x01], [0x19, 0, 1], [0xff], [0x9f], [0x82, 0x01, 0x02], [0xd9, 0x03, 0xec, 0x6a, 0x32, 0x30, 0x32, 0x36, 0x2d, 0x30, 0x32, 0x2d, 0x33, 0x30],
];
const lies: readonly (readonly number[])[] = [[0x1b], [0x5a, 0xff, 0xff, 0xff, 0xff], [0x9a, 0xff, 0xff, 0xff, 0xff], [0xba, 0xff, 0xff, 0xff, 0xff], [0x5b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0x7b, 0, 0, 0, 1, 0, 0, 0, 0], [0x9f], [0xbf], [0x5f], [0x7f], [0xdb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]];

/** The item itself becomes another one. */
function become(item: Item, by: Uint8Array): void {
  delete item.inner;
  delete item.items;
  delete item.content;
  item.head = by;
}

function change(item: Item, others: readonly Item[], random: Random): void {
  const items = item.items;
  // Items of a map go in pairs, so that it stays one.
  const step = item.major === 5 ? 2 : 1;
  const at = step * random.below(Math.ceil((items?.length ?? 0) / step));
  switch (random.below(items === undefined || items.length === 0 || item.major === 6 ? 4 : 9)) {
    case 0:
      become(item, Uint8Array.from(random.pick(scalars)));
      return;
    case 1:
      become(item, others.length === 0 ? new Uint8Array() : write(random.pick(others)));
      return;
    case 2:
      if (random.oneIn(2)) item.head = Uint8Array.from(random.pick(lies));
      // The same number in a longer form.
      else item.head = Uint8Array.of((item.major << 5) | 27, ...bigEndian(item.argument, 8));
      return;
    case 3:
      become(item, concat(...Array.from({ length: random.below(random.oneIn(4) ? 2_000 : 20) }, () => Uint8Array.of(random.pick([0x81, 0xc1, 0xd2, 0x81]))), write(item)));
      return;
    case 4:
      items?.splice(at, step);
      return;
    case 5:
      items?.splice(at, 0, ...items.slice(at, at + step));
      return;
    case 6:
      items?.push(...items.splice(at, step));
      return;
    case 7:
      items?.reverse();
      return;
    default:
      if (others.length > 0) items?.splice(at, 0, ...Array.from({ length: step }, () => random.pick(others)));
  }
}

/** Changes items as items, also those inside byte strings, with every head around them right unless it is to lie; now and then bytes. */
export const mutateCbor: Mutation = (input, other, random) => {
  const item = random.oneIn(4) ? undefined : read(input);
  if (item === undefined) return mutateBytes(input, other, random);
  const chosen = random.pick(allOf(item));
  const donor = read(other);
  if (random.oneIn(3) && chosen.content !== undefined && chosen.inner === undefined) chosen.content = mutateBytes(chosen.content, other, random);
  else if (random.oneIn(4) && chosen.items === undefined && chosen.content === undefined && chosen.major < 2) chosen.argument = random.pick([0, 1, 2, 3, 9, 97, 99, 255, 65_535, 65_536, 2 ** 32, 2 ** 53 - 1, Math.abs(chosen.argument - 1), chosen.argument + 1]);
  else change(chosen, donor === undefined ? [] : allOf(donor), random);
  return write(item);
};
