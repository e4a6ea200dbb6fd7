import { ChannelError, deriveKeySet, type CardChannel } from '../../src/card/index.js';
import type { Application, CapturedRecord, KeySet } from '../../src/contract/index.js';
import { coseKeyId, okpKey, signSign1 } from '../../src/cose/index.js';
import { blankImage, EmulatedCard, type CardImage } from '../../src/emulator/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import {
  dateInChina,
  encodeDelegation,
  idNumberCheckCharacter,
  packStatuses,
  permitTyp,
  StatusList,
  startOfDayInChina,
  type KnownCounters,
  type Status,
  type TrustList,
} from '../../src/permit/index.js';
import { TestAccess } from './test-access.js';
import type { CardUpdate, IssueContext, JournalEntry, Step, UpdateContext } from '../../src/workflows/index.js';

const { ed25519, sha256 } = nodeCrypto;
const seedOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export const today = '2026-11-24';
export const noon = startOfDayInChina(today) + 12 * 3600;
const day = 86_400;
export const listUri = 'https://platform.invalid/status/1';
export const master = new Uint8Array(16).fill(0x5a);
export const firstIndex = 1000;
export const lastIndex = 1999;
const delegationId = new Uint8Array(8).fill(3);

/** A JPEG of exactly `length` bytes by its marker structure; the picture is noise. */
export function jpegOf(length: number): Uint8Array {
  const head = Buffer.from('ffd8ffc0000b080010001001011100ffda0008010100003f00', 'hex');
  const jpeg = new Uint8Array(length);
  for (let i = head.length; i < length - 2; i += 1) jpeg[i] = (i * 31) % 251;
  jpeg.set(head);
  jpeg.set([0xff, 0xd9], length - 2);
  return jpeg;
}

/** An invented applicant; `n` makes another person. */
export function applicant(n = 1): Application {
  const digits = `33030219900101${String(2 * n + 100).slice(-3)}`;
  return {
    name: '林某某',
    sex: 2,
    ethnicGroup: 1,
    birth: '1990-01-01',
    idNumber: digits + idNumberCheckCharacter(digits),
    registeredAddress: '安徽省阜阳市某县某镇某村 12 号',
    residence: { division: '330302006001', address: '某某路 8 号 302 室', rentalHouse: 'LC-0001', employer: '某某鞋业', since: '2025-01-10' },
    kind: 'residence',
    registeredOn: '2025-01-12',
    grounds: ['employment'],
  };
}

/** What a terminal holds in memory: the ports of the workflows, made for tests only. `forgets` is a journal that keeps nothing. */
export class MemoryTerminal {
  readonly journal = new Map<string, JournalEntry>();
  readonly updates = new Map<string, CardUpdate>();
  readonly known = new Map<string, KnownCounters>();
  readonly records: CapturedRecord[] = [];
  readonly keySets = new Map<string, KeySet>();
  readonly steps: Step[] = [];
  sequence = 0;
  indexes = 0;
  indexesLeft = 100;
  now = noon;
  clockTrusted = true;
  readonly access = new TestAccess(() => dateInChina(this.now));
  forgets = false;
  hasTrust = true;
  blocked = false;
  environment: 1 | 2 = 1;
  delegationDays: readonly [from: number, to: number] = [-1, 10];
  prefixes: readonly string[] = ['3303'];
  numbersLeft = 100;
  statuses = new Map<number, Status>();
  statusListIssuedAt: number | undefined = noon - 3600;

  allot(serial: Uint8Array): void {
    this.keySets.set(hex(serial), { serial, keyVersion: 0x30, ...deriveKeySet(master, serial) });
  }

  /** Another day: what is signed and pulled moves along. */
  setDay(date: string): void {
    this.now = startOfDayInChina(date) + 12 * 3600;
    const days = Math.round((this.now - noon) / day);
    this.delegationDays = [days - 1, days + 10];
    this.statusListIssuedAt = this.now - 3600;
  }

  trustList(): TrustList {
    const issuer = ed25519.publicKey(seedOf(2));
    const key = { kid: coseKeyId(okpKey(issuer), sha256), role: 1 as const, publicKey: issuer, from: noon - 9_000 * day, until: noon + 3_650 * day };
    return { number: 1, environment: this.environment, issuedAt: Math.min(noon, this.now) - day, nextUpdate: Math.max(noon, this.now) + 30 * day, keys: [key], blocked: this.blocked ? [{ terminal: 'T-0001', id: delegationId, since: noon - 60 }] : [] };
  }

  kcwt(): Uint8Array {
    const [from, to] = this.delegationDays;
    const claims = encodeDelegation({
      terminal: 'T-0001',
      notBefore: noon + from * day,
      expires: noon + to * day,
      id: delegationId,
      publicKey: ed25519.publicKey(seedOf(3)),
      kinds: [1, 2, 3, 4],
      prefixes: this.prefixes,
      firstIndex,
      lastIndex,
    });
    const kid = coseKeyId(okpKey(ed25519.publicKey(seedOf(2))), sha256);
    return signSign1({ typ: permitTyp.delegation, kid, payload: claims, seed: seedOf(2), tagged: false }, ed25519);
  }

  #close(serial: string, record: CapturedRecord, ...more: readonly CapturedRecord[]): number {
    this.journal.delete(serial);
    this.keySets.delete(serial);
    return this.records.push(record, ...more) - more.length;
  }

  /** The record that is captured when the update is on the card; of a journal that forgets, the one it was handed last. */
  #commit(chip: string): number | undefined {
    const record = (this.updates.get(chip) ?? this.#forgotten)?.record;
    this.updates.delete(chip);
    return record === undefined ? undefined : this.records.push(record);
  }
  #forgotten: CardUpdate | undefined;

  context(channel: CardChannel): IssueContext & UpdateContext {
    const packed = (): Uint8Array => packStatuses(this.statuses, 4000, 0);
    return {
      channel,
      crypto: nodeCrypto,
      statusListUri: listUri,
      mode: 'counter',
      maxListAgeSeconds: 7 * day,
      clock: { now: () => this.now, trustworthy: () => this.clockTrusted },
      access: this.access,
      trust: {
        trustList: () => (this.hasTrust ? this.trustList() : undefined),
        delegate: () => ({ kcwt: this.kcwt(), seed: seedOf(3) }),
        statusList: () => (this.statusListIssuedAt === undefined ? undefined : new StatusList(packed(), listUri, this.statusListIssuedAt, this.statusListIssuedAt + 31 * day, day)),
      },
      journal: {
        find: (serial) => this.journal.get(serial),
        findBySodHash: (sodHash) => [...this.journal.values()].find((entry) => entry.sodHash === sodHash),
        list: () => [...this.journal.values()],
        put: (entry) => {
          if (!this.forgets) this.journal.set(entry.serial, entry);
        },
        complete: (serial, record, ...more) => this.#close(serial, record, ...more),
        spoil: (serial, record) => this.#close(serial, record),
        findUpdate: (chip) => this.updates.get(chip),
        listUpdates: () => [...this.updates.values()],
        putUpdate: (update) => {
          if (this.forgets) this.#forgotten = update;
          else this.updates.set(update.chip, update);
        },
        commitUpdate: (chip) => this.#commit(chip),
        dropUpdate: (chip) => void this.updates.delete(chip),
      },
      known: {
        lastKnownCounters: (chip) => this.known.get(chip),
        remember: (chip, counters) => {
          const known = this.known.get(chip) ?? counters;
          const greater = (name: keyof KnownCounters): number => Math.max(known[name], counters[name]);
          this.known.set(chip, { residence: greater('residence'), endorsements: greater('endorsements'), services: greater('services') });
        },
      },
      keySets: {
        find: (serial) => {
          const set = this.keySets.get(serial);
          return set === undefined ? undefined : { ...set, enc: set.enc.slice(), mac: set.mac.slice(), dek: set.dek.slice() };
        },
      },
      numbers: {
        reserve: () => {
          if (this.sequence >= this.numbersLeft) return undefined;
          this.sequence += 1;
          return { sequence: this.sequence, statusIndex: firstIndex + this.sequence };
        },
        reserveIndex: () => {
          if (this.indexes >= this.indexesLeft) return undefined;
          this.indexes += 1;
          return firstIndex + 500 + this.indexes;
        },
      },
      outbox: { enqueue: (record) => this.records.push(record) },
      onStep: (step) => void this.steps.push(step),
    };
  }
}

export const serialOf = (n: number): Uint8Array => Uint8Array.of(0x57, 0x5a, 0, 0, 0, 0, 0, 0, 0, n);
export const blank = (n = 1): CardImage => blankImage({ serial: serialOf(n), keys: deriveKeySet(master, serialOf(n)) });

/** An emulated card in the process of the test. `insert` powers it up anew, as a reader does. Only for sweeps and refusals: the real stack is tested elsewhere. */
export class CardInReader {
  readonly card: EmulatedCard;
  extendedLength = true;
  /** Bytes of each command and answer since the last insertion. */
  readonly log: { command: Uint8Array; answer: Uint8Array | undefined }[] = [];

  constructor(image: CardImage) {
    this.card = new EmulatedCard(image);
  }

  insert(): CardChannel {
    this.log.length = 0;
    const atr = this.card.powerUp();
    const { card, log } = this;
    return {
      atr,
      extendedLength: this.extendedLength,
      transmit: (command) => {
        const answer = card.process(command);
        log.push({ command: command.slice(), answer });
        if (answer !== undefined) return Promise.resolve(answer);
        return Promise.reject(new ChannelError(card.powered ? 'CARD_SILENT' : 'CARD_REMOVED'));
      },
    };
  }
}

/** A terminal with the blank n allotted, and that blank. */
export function counter(n = 1): { terminal: MemoryTerminal; reader: CardInReader } {
  const terminal = new MemoryTerminal();
  terminal.allot(serialOf(n));
  return { terminal, reader: new CardInReader(blank(n)) };
}
