/** Entries in a shard: 8 KiB of packed 2-bit values. A batch touches few of them, and each is written once. */
export const shardEntries = 32_768;
const shardBytes = shardEntries / 4;

export interface ShardStorage {
  read(shard: number): Uint8Array | undefined;
  write(shard: number, packed: Uint8Array): void;
}

/** The statuses during one transaction: shards are read when needed, changed in memory and written by `flush`. Untouched entries are 3, not confirmed. */
export class StatusShards {
  readonly #dirty = new Map<number, Uint8Array>();

  constructor(private readonly storage: ShardStorage) {}

  set(index: number, status: number): void {
    const shard = Math.floor(index / shardEntries);
    let packed = this.#dirty.get(shard);
    if (packed === undefined) {
      packed = Uint8Array.from(this.storage.read(shard) ?? new Uint8Array(shardBytes).fill(0xff));
      this.#dirty.set(shard, packed);
    }
    const at = Math.floor((index % shardEntries) / 4);
    const shift = (index % 4) * 2;
    packed[at] = ((packed[at] ?? 0) & ~(3 << shift)) | (status << shift);
  }

  /** How many shards were written. */
  flush(): number {
    for (const [shard, packed] of this.#dirty) this.storage.write(shard, packed);
    return this.#dirty.size;
  }
}

/** Joins stored shards to one list of `size` entries; where none is stored, nothing was confirmed yet. */
export const joinShards = (shards: readonly { readonly shard: number; readonly packed: Uint8Array }[], size: number): Uint8Array => {
  const joined = new Uint8Array(Math.ceil(size / 4)).fill(0xff);
  for (const { shard, packed } of shards) {
    const start = shard * shardBytes;
    if (start < joined.length) joined.set(packed.subarray(0, joined.length - start), start);
  }
  return joined;
};
