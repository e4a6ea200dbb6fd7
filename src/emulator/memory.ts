import { bytesNumber, numberBytes } from './aes.js';
import { lifeCycleByte, lifeCycleOf, type LifeCycleState } from './life-cycle.js';
import { Nvm, type Change } from './nvm.js';

/** Bytes of the whole non-volatile memory of the reference card. */
export const MEMORY_SIZE = 0x8000;
export const STREAM_LIMIT = 14_336;
export const RESIDENCE_LIMIT = 1024;
export const SERVICES_LIMIT = 1024;
export const RECORD_LIMIT = 640;
export const RECORDS = 12;
/** One more than is visible: the free one is written before the flip, so the oldest record survives a cut. */
const RECORD_SLOTS = RECORDS + 1;

// Memory map: what changes together lies in one page; large areas follow. Addresses are a matter of this card alone.
const AT = {
  serial: 0x0000,
  keys: 0x0080,
  scp03: 0x0100,
  store: 0x0180,
  chipKeys: [0x0200, 0x0280],
  issued: 0x0300,
  journalHeader: 0x0400,
  journalData: 0x0480,
  stream: 0x1000,
  residence: [0x4800, 0x4c00],
  services: [0x5000, 0x5400],
  records: 0x5800,
} as const;
const JOURNAL_CAPACITY = 0x0800;

export interface StaticKeys {
  readonly enc: Uint8Array;
  readonly mac: Uint8Array;
  readonly dek: Uint8Array;
}

/** How far STORE DATA has come, and the life cycle: one page. */
export interface Store {
  readonly lifeCycle: LifeCycleState;
  readonly stored: number;
  readonly nextBlock: number;
  readonly last: boolean;
}

export interface ChipKey {
  readonly secret: Uint8Array;
  /** uncompressed, 65 bytes */
  readonly point: Uint8Array;
}

/** Where the stream's files lie, the counters and which slots are valid: what ACTIVATE and PUT DATA flip. Slot 0 is the stream's own content. */
export interface Issued {
  /** offset and length in the stream: CardAccess, Permit, Holder, Photo, Residence, SOD */
  readonly files: readonly (readonly [offset: number, length: number])[];
  readonly counters: { readonly residence: number; readonly endorsements: number; readonly services: number };
  /** YYMMDD in BCD */
  readonly cardDate: Uint8Array;
  readonly residence: { readonly slot: number; readonly length: number };
  readonly services: { readonly slot: number; readonly length: number };
  /** newest first: physical slot and length */
  readonly records: readonly { readonly slot: number; readonly length: number }[];
}

/** Typed access to the card's non-volatile memory. Reading is free; every change goes through a transaction of {@link Nvm}. */
export class Memory {
  readonly nvm: Nvm;
  readonly #store: () => Store;
  readonly #issued: () => Issued;

  constructor(bytes: Uint8Array) {
    this.nvm = new Nvm(bytes, { header: AT.journalHeader, data: AT.journalData, capacity: JOURNAL_CAPACITY });
    this.#store = this.#sinceLastWrite(() => this.#readStore());
    this.#issued = this.#sinceLastWrite(() => this.#readIssued());
  }

  /** The same value until memory changes: one command asks for the pages of state a dozen times. */
  #sinceLastWrite<T>(read: () => T): () => T {
    let known: { readonly writes: number; readonly value: T } | undefined;
    return () => {
      if (known?.writes !== this.nvm.writes) known = { writes: this.nvm.writes, value: read() };
      return known.value;
    };
  }

  get serial(): Uint8Array {
    return this.nvm.read(AT.serial, 10);
  }

  get keys(): StaticKeys {
    const all = this.nvm.read(AT.keys, 48);
    return { enc: all.slice(0, 16), mac: all.slice(16, 32), dek: all.slice(32) };
  }

  get sequenceCounter(): number {
    return bytesNumber(this.nvm.read(AT.scp03, 3));
  }

  get failures(): number {
    return bytesNumber(this.nvm.read(AT.scp03 + 3, 1));
  }

  get store(): Store {
    return this.#store();
  }

  get issued(): Issued {
    return this.#issued();
  }

  #readStore(): Store {
    const page = this.nvm.read(AT.store, 5);
    return { lifeCycle: lifeCycleOf(page[0] ?? 0), stored: bytesNumber(page.slice(1, 3)), nextBlock: page[3] ?? 0, last: page[4] === 1 };
  }

  chipKey(number: 1 | 2): ChipKey {
    const page = this.nvm.read(AT.chipKeys[number === 1 ? 0 : 1], 97);
    return { secret: page.slice(0, 32), point: page.slice(32) };
  }

  #readIssued(): Issued {
    const page = this.nvm.read(AT.issued, 128);
    const u16 = (at: number): number => bytesNumber(page.slice(at, at + 2));
    const u32 = (at: number): number => bytesNumber(page.slice(at, at + 4));
    const count = page[45] ?? 0;
    return {
      files: [0, 1, 2, 3, 4, 5].map((i) => [u16(4 * i), u16(4 * i + 2)] as const),
      counters: { residence: u32(24), endorsements: u32(28), services: u32(32) },
      cardDate: page.slice(36, 39),
      residence: { slot: page[39] ?? 0, length: u16(40) },
      services: { slot: page[42] ?? 0, length: u16(43) },
      records: Array.from({ length: count }, (_, i) => ({ slot: page[46 + 3 * i] ?? 0, length: u16(47 + 3 * i) })),
    };
  }

  streamFile(index: number): Uint8Array {
    const [offset, length] = this.issued.files[index] ?? [0, 0];
    return this.nvm.read(AT.stream + offset, length);
  }

  storedStream(): Uint8Array {
    return this.nvm.read(AT.stream, this.store.stored);
  }

  residence(): Uint8Array {
    const { slot, length } = this.issued.residence;
    return slot === 0 ? this.streamFile(4) : this.nvm.read(AT.residence[slot === 1 ? 0 : 1], length);
  }

  services(): Uint8Array {
    const { slot, length } = this.issued.services;
    return slot === 0 ? new Uint8Array() : this.nvm.read(AT.services[slot === 1 ? 0 : 1], length);
  }

  /** Newest first. */
  records(): Uint8Array[] {
    return this.issued.records.map(({ slot, length }) => this.nvm.read(AT.records + slot * RECORD_LIMIT, length));
  }

  // Factory: before the card leaves the vendor, without transactions.
  manufacture(serial: Uint8Array, keys: StaticKeys, lifeCycle: LifeCycleState): void {
    this.nvm.write(AT.serial, serial);
    this.nvm.write(AT.keys, keys.enc);
    this.nvm.write(AT.keys + 16, keys.mac);
    this.nvm.write(AT.keys + 32, keys.dek);
    this.nvm.write(AT.store, storePage({ lifeCycle, stored: 0, nextBlock: 0, last: false }));
  }

  setSequenceCounter(value: number): void {
    this.nvm.commit([{ at: AT.scp03, data: numberBytes(value, 3) }]);
  }

  setFailures(value: number): void {
    this.nvm.commit([{ at: AT.scp03 + 3, data: numberBytes(value, 1) }]);
  }

  initialise(key1: ChipKey, key2: ChipKey): void {
    const keys = [key1, key2].flatMap(({ secret, point }, i): Change[] => [
      { at: AT.chipKeys[i === 0 ? 0 : 1], data: secret },
      { at: AT.chipKeys[i === 0 ? 0 : 1] + 32, data: point },
    ]);
    this.nvm.commit([...keys, { at: AT.store, data: storePage({ ...this.store, lifeCycle: 'initialised' }) }]);
  }

  appendBlock(offset: number, block: Uint8Array, store: Store): void {
    this.nvm.commit([
      { at: AT.stream + offset, data: block },
      { at: AT.store, data: storePage(store) },
    ]);
  }

  /** Files, counters and life cycle change and the SCP03 keys go, all at once. */
  activate(issued: Issued): void {
    this.nvm.commit([
      { at: AT.issued, data: issuedPage(issued) },
      { at: AT.keys, data: new Uint8Array(48) },
      { at: AT.store, data: storePage({ ...this.store, lifeCycle: 'activated' }) },
    ]);
  }

  terminate(): void {
    this.nvm.commit([{ at: AT.store, data: storePage({ ...this.store, lifeCycle: 'terminated' }) }]);
  }

  replaceResidence(object: Uint8Array, counter: number): void {
    const before = this.issued;
    const slot = before.residence.slot === 1 ? 2 : 1;
    this.nvm.write(AT.residence[slot === 1 ? 0 : 1], object);
    this.#flip({ ...before, residence: { slot, length: object.length }, counters: { ...before.counters, residence: counter } });
  }

  replaceServices(object: Uint8Array, counter: number): void {
    const before = this.issued;
    const slot = before.services.slot === 1 ? 2 : 1;
    this.nvm.write(AT.services[slot === 1 ? 0 : 1], object);
    this.#flip({ ...before, services: { slot, length: object.length }, counters: { ...before.counters, services: counter } });
  }

  appendRecord(object: Uint8Array, counter: number): void {
    const before = this.issued;
    const used = new Set(before.records.map((record) => record.slot));
    const slot = Array.from({ length: RECORD_SLOTS }, (_, i) => i).find((i) => !used.has(i)) ?? 0;
    this.nvm.write(AT.records + slot * RECORD_LIMIT, object);
    const records = [{ slot, length: object.length }, ...before.records].slice(0, RECORDS);
    this.#flip({ ...before, records, counters: { ...before.counters, endorsements: counter } });
  }

  #flip(issued: Issued): void {
    this.nvm.commit([{ at: AT.issued, data: issuedPage(issued) }]);
  }
}

function storePage(store: Store): Uint8Array {
  const byte = lifeCycleByte(store.lifeCycle);
  return Uint8Array.of(byte, ...numberBytes(store.stored, 2), store.nextBlock, store.last ? 1 : 0);
}

function issuedPage(issued: Issued): Uint8Array {
  const page = new Uint8Array(128);
  issued.files.forEach(([offset, length], i) => {
    page.set(numberBytes(offset, 2), 4 * i);
    page.set(numberBytes(length, 2), 4 * i + 2);
  });
  page.set(numberBytes(issued.counters.residence, 4), 24);
  page.set(numberBytes(issued.counters.endorsements, 4), 28);
  page.set(numberBytes(issued.counters.services, 4), 32);
  page.set(issued.cardDate, 36);
  page.set(Uint8Array.of(issued.residence.slot, ...numberBytes(issued.residence.length, 2)), 39);
  page.set(Uint8Array.of(issued.services.slot, ...numberBytes(issued.services.length, 2)), 42);
  page[45] = issued.records.length;
  issued.records.forEach(({ slot, length }, i) => page.set(Uint8Array.of(slot, ...numberBytes(length, 2)), 46 + 3 * i));
  return page;
}
