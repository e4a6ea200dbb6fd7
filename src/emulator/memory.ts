import { AccessLog } from './access-log.js';
import { bytesNumber, numberBytes } from './aes.js';
import { HolderSecrets } from './holder-secrets.js';
import { type Issued, ISSUED_FIELD, ISSUED_PAGE, issuedPage, readIssued } from './issued.js';
import { lifeCycleByte, lifeCycleOf, type LifeCycleState } from './life-cycle.js';
import { AT, JOURNAL_CAPACITY, RECORD_LIMIT, RECORD_PLACES, RECORDS } from './memory-map.js';
import { type Change, Nvm } from './nvm.js';
import { ServiceSlots } from './service-slots.js';
import { type TrustPoint, TrustPoints } from './trust-points.js';

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

/** What ACTIVATE puts in force, as parsed from the stream. */
export interface Activation {
  readonly issued: Issued;
  readonly can: Uint8Array;
  /** where the CAN stands in the stream: erased there, so that it lies in one place alone */
  readonly canOffset: number;
  readonly trustPoint: TrustPoint;
}

/** Typed access to the card's non-volatile memory. Reading is free; every change goes through a transaction of {@link Nvm}. */
export class Memory {
  readonly nvm: Nvm;
  readonly #store: () => Store;
  readonly #issued: () => Issued;
  readonly holder: HolderSecrets;
  readonly log: AccessLog;
  readonly slots: ServiceSlots;
  readonly trustPoints: TrustPoints;

  constructor(bytes: Uint8Array) {
    this.nvm = new Nvm(bytes, { header: AT.journalHeader, data: AT.journalData, capacity: JOURNAL_CAPACITY });
    this.#store = this.#sinceLastWrite(() => this.#readStore());
    this.#issued = this.#sinceLastWrite(() => readIssued(this.nvm.read(AT.issued, ISSUED_PAGE)));
    this.holder = new HolderSecrets(this.nvm);
    this.log = new AccessLog(this.nvm);
    this.slots = new ServiceSlots(this.nvm);
    this.trustPoints = new TrustPoints(this.nvm);
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

  /** Files, counters, trust point, CAN and life cycle change and the SCP03 keys go, all at once. */
  activate({ issued, can, canOffset, trustPoint }: Activation): void {
    this.nvm.commit([
      { at: AT.issued, data: issuedPage(issued) },
      { at: AT.keys, data: new Uint8Array(48) },
      { at: AT.stream + canOffset, data: new Uint8Array(can.length) },
      ...this.holder.activation(can),
      ...this.trustPoints.adding(trustPoint),
      { at: AT.store, data: storePage({ ...this.store, lifeCycle: 'activated' }) },
    ]);
  }

  /** The end: life cycle, both private keys, PIN and CAN at once, and no trace of them in the journal. */
  terminate(): void {
    const keys = AT.chipKeys.map((at) => ({ at, data: new Uint8Array(32) }));
    this.nvm.commit([...keys, ...this.holder.erasure(), { at: AT.store, data: storePage({ ...this.store, lifeCycle: 'terminated' }) }], { overwrite: true });
  }

  /** A verified certificate may move the card's date and become a trust point; nothing is written when it does neither. */
  believe(change: { readonly cardDate?: Uint8Array; readonly trustPoint?: TrustPoint }): void {
    const { cardDate, trustPoint } = change;
    const changes: Change[] = [
      ...(cardDate === undefined ? [] : [{ at: AT.issued + ISSUED_FIELD.cardDate, data: cardDate }]),
      ...(trustPoint === undefined ? [] : this.trustPoints.adding(trustPoint)),
    ];
    if (changes.length > 0) this.nvm.commit(changes);
  }

  replaceResidence(object: Uint8Array, counter: number): void {
    const before = this.issued;
    const slot = before.residence.slot === 1 ? 2 : 1;
    this.nvm.write(AT.residence[slot === 1 ? 0 : 1], object);
    this.#flip({ ...before, residence: { slot, length: object.length }, counters: { ...before.counters, residence: counter } });
  }

  appendRecord(object: Uint8Array, counter: number): void {
    const before = this.issued;
    const used = new Set(before.records.map((record) => record.slot));
    const slot = Array.from({ length: RECORD_PLACES }, (_, i) => i).find((i) => !used.has(i)) ?? 0;
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
