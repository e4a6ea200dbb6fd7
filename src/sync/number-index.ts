/**
 * `number-index` of sync.md 5.1: for every card permit number (8 bytes, big-endian) ‖ status index (4 bytes, big-endian) ‖ 1 when it is the newest card of its
 * permit, sorted. It says nothing of a permit but where its status stands.
 */
const entryBytes = 13;

const viewOf = (index: Uint8Array): DataView => new DataView(index.buffer, index.byteOffset, index.byteLength);
const entries = (index: Uint8Array): number => index.length / entryBytes;

/** Whole entries in ascending order, each with a flag that is one. */
export const isNumberIndex = (index: Uint8Array): boolean => {
  if (index.length % entryBytes !== 0) return false;
  const view = viewOf(index);
  for (let i = 0, before = -1n; i < entries(index); i += 1) {
    const number = view.getBigUint64(i * entryBytes);
    if (number < before || (index[i * entryBytes + 12] ?? 2) > 1) return false;
    before = number;
  }
  return true;
};

/** Status index of the newest card of a permit; undefined: no permit of that number in the index. @param permitNumber 18 digits */
export const newestCardOf = (index: Uint8Array, permitNumber: string): number | undefined => {
  const wanted = BigInt(permitNumber);
  const view = viewOf(index);
  let [low, high] = [0, entries(index)];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (view.getBigUint64(middle * entryBytes) < wanted) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < entries(index) && view.getBigUint64(i * entryBytes) === wanted; i += 1) {
    if (index[i * entryBytes + 12] === 1) return view.getUint32(i * entryBytes + 8);
  }
  return undefined;
};
