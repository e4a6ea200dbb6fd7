/**
 * Proves that bytes are one deterministic data item (RFC 8949 4.2.1) by walking over them once: shortest heads, definite lengths, map keys strictly
 * ascending, nothing after the item. It only ever says yes when it is sure: floats, text beyond ASCII and simple values other than false, true, null and
 * undefined are left to the caller's slower proof (writing the value again).
 */
export function isPlainlyCanonical(bytes: Uint8Array): boolean {
  return itemEnd(bytes, 0, 0) === bytes.length;
}

const unsure = -1;
const deepest = 16;

/** Where the item at `at` ends, or -1: not canonical, or not sure. */
function itemEnd(bytes: Uint8Array, at: number, depth: number): number {
  const initial = bytes[at];
  if (initial === undefined || depth > deepest) return unsure;
  const major = initial >> 5;
  if (major === 7) return initial >= 0xf4 && initial <= 0xf7 ? at + 1 : unsure;
  const width = [1, 2, 4, 8][(initial & 31) - 24] ?? 0;
  if ((initial & 31) > 27) return unsure;
  let argument = width === 0 ? initial & 31 : 0;
  for (let i = 1; i <= width; i += 1) {
    const byte = bytes[at + i];
    if (byte === undefined) return unsure;
    argument = argument * 256 + byte;
  }
  // The shortest form: the next narrower width must be too small for the argument (eight bytes are compared as a float: exact where it matters).
  if (width > 0 && argument < (width === 1 ? 24 : 256 ** (width / 2))) return unsure;
  const next = at + 1 + width;
  switch (major) {
    case 0:
    case 1:
      return next;
    case 2:
      return next + argument <= bytes.length ? next + argument : unsure;
    case 3:
      return asciiEnd(bytes, next, argument);
    case 4:
      return listEnd(bytes, next, argument, depth);
    case 5:
      return mapEnd(bytes, next, argument, depth);
    default:
      return itemEnd(bytes, next, depth + 1);
  }
}

function asciiEnd(bytes: Uint8Array, from: number, length: number): number {
  const end = from + length;
  if (end > bytes.length) return unsure;
  for (let i = from; i < end; i += 1) if ((bytes[i] ?? 0x80) >= 0x80) return unsure;
  return end;
}

function listEnd(bytes: Uint8Array, from: number, length: number, depth: number): number {
  let at = from;
  for (let i = 0; i < length && at !== unsure; i += 1) at = itemEnd(bytes, at, depth + 1);
  return at;
}

function mapEnd(bytes: Uint8Array, from: number, length: number, depth: number): number {
  let at = from;
  let before: { readonly start: number; readonly end: number } | undefined;
  for (let i = 0; i < length && at !== unsure; i += 1) {
    const key = { start: at, end: itemEnd(bytes, at, depth + 1) };
    if (key.end === unsure || (before !== undefined && !ascends(bytes, before, key))) return unsure;
    before = key;
    at = itemEnd(bytes, key.end, depth + 1);
  }
  return at;
}

/** Bytewise order of two encoded keys: the first difference decides, and a prefix comes first. */
function ascends(bytes: Uint8Array, a: { readonly start: number; readonly end: number }, b: { readonly start: number; readonly end: number }): boolean {
  const shared = Math.min(a.end - a.start, b.end - b.start);
  for (let i = 0; i < shared; i += 1) {
    const difference = (bytes[a.start + i] ?? 0) - (bytes[b.start + i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return a.end - a.start < b.end - b.start;
}
