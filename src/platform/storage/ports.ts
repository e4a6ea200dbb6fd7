import type { AccessRight, ConfigName, FailureCode, Outcome } from '../../contract/index.js';
import type { CvCertificate } from '../../cvc/index.js';
import type { LifeCycleEvent } from '../../permit/index.js';
import type { AheadRecord, IntakeRecord, Origin, Prepared } from '../intake/prepared.js';

/** The ports of the platform's storage. SQLite implements them here; a PostgreSQL implementation answers the same tests. All methods are atomic. */
/** What a terminal may do on cards. Departments, numbers of 16 bits, belong to the right `service` alone; 0xffff is every one. */
export interface TerminalAccess {
  readonly rights: readonly AccessRight[];
  readonly departments: readonly number[];
}

export interface Terminal extends TerminalAccess {
  readonly id: string;
  readonly name: string;
  readonly ed25519: Uint8Array;
  readonly x25519: Uint8Array;
  readonly prefixes: readonly string[];
  readonly epoch: number;
  readonly state: 'active' | 'blocked';
}

export interface EnrolmentCodeRow extends TerminalAccess {
  readonly hash: Uint8Array;
  readonly name: string;
  readonly prefixes: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface TerminalStore {
  addCode(code: EnrolmentCodeRow): Promise<void>;
  /** Uses a code up for this terminal. The same keys with the same code give the terminal made the first time; undefined: unknown, used or too old. */
  enrol(hash: Uint8Array, now: number, terminal: { id: string; name: string; ed25519: Uint8Array; x25519: Uint8Array }): Promise<Terminal | undefined>;
  find(id: string): Promise<Terminal | undefined>;
  list(): Promise<Terminal[]>;
  /** false: no such terminal */
  block(id: string, now: number): Promise<boolean>;
  /** The new epoch; undefined: no such terminal. */
  beginEpoch(id: string): Promise<number | undefined>;
  /** false: no such terminal */
  setAccess(id: string, access: TerminalAccess): Promise<boolean>;
}

export interface SignedList {
  readonly number: number;
  readonly issuedAt: number;
  readonly validUntil: number;
  readonly token: Uint8Array;
}
export interface Delegation {
  readonly cti: Uint8Array;
  readonly terminal: string;
  readonly validFrom: number;
  readonly validUntil: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly token: Uint8Array;
}
export interface TrustStore {
  newestTrustList(): Promise<SignedList | undefined>;
  addTrustList(list: SignedList): Promise<void>;
  blockedDelegations(): Promise<{ terminal: string; cti: Uint8Array; since: number }[]>;
  newestDelegation(terminal: string): Promise<Delegation | undefined>;
  addDelegation(delegation: Delegation): Promise<void>;
}

/** The tables of card-verifiable certificates inside one transaction. Days are YYYY-MM-DD. */
export interface CvRows {
  /** CVCA certificates in order, the self-signed one first. */
  authorities(): Promise<CvCertificate[]>;
  addAuthority(certificate: CvCertificate, at: number): Promise<void>;
  /** The newest document verifier under this authority that is effective on `day` and does not expire before `until`. */
  verifier(authority: string, day: string, until: string): Promise<CvCertificate | undefined>;
  /** How many were ever made. */
  verifiers(): Promise<number>;
  addVerifier(certificate: CvCertificate, at: number): Promise<void>;
  /** Of this terminal the certificate that was issued last, counted from 1. */
  newest(terminal: string): Promise<{ readonly number: number; readonly certificate: CvCertificate } | undefined>;
  add(terminal: string, number: number, certificate: CvCertificate, at: number): Promise<void>;
}
/** Nothing is ever deleted: what a card's log names can be found. */
export interface CvStore {
  authorities(): Promise<CvCertificate[]>;
  /** One write transaction: what `work` reads no other process changes before it has written. */
  change<T>(work: (rows: CvRows) => Promise<T>): Promise<T>;
}

export interface Block {
  readonly first: number;
  readonly last: number;
}
export interface StockStore {
  /** The terminal's open block of status indexes, a new one of `size` when there is none or it is reported used. */
  indexBlock(terminal: string, size: number): Promise<Block>;
  /** undefined: the numbers of this division, year and kind are exhausted */
  numberBlock(terminal: string, of: { division: string; year: number; kind: number }, size: number): Promise<Block | undefined>;
  /** Registers blanks of the factory; with a terminal they are allotted to it. A serial that is known and not used may be allotted anew. */
  registerBlanks(serials: readonly string[], terminal: string | undefined): Promise<Outcome<number>>;
  allottedBlanks(terminal: string): Promise<string[]>;
}

/** Never changed, only replaced: packed 2-bit statuses with the number of their version. */
export interface StatusSnapshot {
  readonly version: number;
  readonly size: number;
  readonly packed: Uint8Array;
}
export interface PermitStatus {
  readonly permitNumber: string;
  readonly kind: number;
  readonly status: number;
  /** what the records made of it, without what the calendar adds */
  readonly state: string;
  /** of its newest card */
  readonly statusIndex: number;
  readonly issuedOn: string;
  readonly expiresOn: string | undefined;
  readonly goodUntil: string | undefined;
  readonly yearsCountFrom: string | undefined;
  readonly ended: string | undefined;
  readonly duplicate: boolean;
}
export interface Counts {
  readonly terminals: number;
  readonly residents: number;
  readonly permits: number;
  readonly duplicates: number;
  readonly verifications: number;
  readonly statusChanges: number;
  readonly records: number;
  readonly applied: number;
  readonly quarantined: number;
  readonly blanks: { readonly stock: number; readonly allotted: number; readonly used: number; readonly spoiled: number; readonly returned: number };
  readonly cards: number;
  readonly applications: number;
  /** events by which the rules changed a permit or an application, and those they refused */
  readonly events: { readonly applied: number; readonly refused: number };
  readonly fees: { readonly count: number; readonly fen: number };
  readonly reconciliations: number;
  readonly pinEvents: number;
  /** records received again under another number */
  readonly repeated: number;
  readonly operators: number;
}
export interface PermitStore {
  find(permitNumber: string): Promise<PermitStatus | undefined>;
  counts(): Promise<Counts>;
  statusVersion(): Promise<number>;
  statusSnapshot(): Promise<StatusSnapshot>;
}

export interface Batch {
  readonly terminal: string;
  readonly epoch: number;
  readonly first: number;
  readonly last: number;
  /** h(first - 1) */
  readonly before: Uint8Array;
  readonly records: readonly IntakeRecord[];
}
export type BatchRefusal =
  | { readonly ok: false; readonly code: 'SYNC_GAP'; readonly expected: number }
  | { readonly ok: false; readonly code: 'SYNC_FORK' }
  | { readonly ok: false; readonly code: 'SYNC_EPOCH'; readonly epoch: number }
  | { readonly ok: false; readonly code: 'TERMINAL_BLOCKED' };
export type BatchAnswer = { readonly ok: true; readonly quarantined: readonly (readonly [number, FailureCode])[] } | BatchRefusal;

/** Records of priority 0 sent ahead of the queue (sync.md 4.1), each with the number that it has in the queue. */
export interface Advance {
  readonly terminal: string;
  readonly epoch: number;
  readonly records: readonly AheadRecord[];
}
/** For each number: null when it took effect, else its code. */
export type AdvanceAnswer = { readonly ok: true; readonly outcomes: readonly (readonly [number, FailureCode | null])[] } | BatchRefusal;

export interface RecordStore {
  /** Everything `apply` would refuse the batch for, and the next sequence number, without an effect: no work is spent on a batch that cannot be taken. */
  check(batch: Batch): Promise<{ readonly ok: true; readonly next: number } | BatchRefusal>;
  /** One transaction; durable when the promise is fulfilled. */
  apply(batch: Batch, now: number): Promise<BatchAnswer>;
  /** Applies each record at once and remembers its content for its number; one transaction. */
  advance(advance: Advance, now: number): Promise<AdvanceAnswer>;
  /** A decision made on the platform itself. false: no such permit. */
  revoke(change: Extract<Prepared, { kind: 'revocation' }>): Promise<boolean>;
}

export interface ConfigStore {
  /** Without contents: nobody set it yet. */
  newest(name: ConfigName): Promise<{ readonly version: number; readonly contents?: Uint8Array; readonly issuedAt?: number }>;
  /** Stores what `change` makes of the contents held (undefined: none yet) as the next version, and answers that. */
  change(name: ConfigName, change: (held: Uint8Array | undefined) => Outcome<Uint8Array>, issuedAt: number): Promise<Outcome<number>>;
}

/** `box`: name and verifier. `prefixes`: leading digits of the divisions at whose terminals the operator may sign in. */
export interface StoredOperator {
  readonly id: string;
  readonly role: string;
  readonly prefixes: readonly string[];
  readonly disabled: boolean;
  readonly box: Uint8Array;
}
export interface OperatorStore {
  /** false: the id is taken */
  add(operator: StoredOperator, now: number): Promise<boolean>;
  list(): Promise<StoredOperator[]>;
  /** false: no such operator */
  update(id: string, change: { readonly disabled?: boolean; readonly box?: Uint8Array }, now: number): Promise<boolean>;
}

/** An event of a permit; `terminal` undefined: done on the platform. `code`: why the rules gave it no effect. */
export interface PermitEvent {
  readonly type: string;
  readonly at: number;
  readonly terminal: string | undefined;
  readonly applied: boolean;
  readonly code: string | undefined;
  readonly facts: LifeCycleEvent;
  /** of a card that came back: whether its chip was ended at the counter */
  readonly terminated: boolean | undefined;
}
export interface CardOfPermit {
  readonly serial: string;
  readonly statusIndex: number;
  readonly status: number;
  /** why it replaced the one before */
  readonly replaced: string | undefined;
}
export interface NumberIndexEntry {
  readonly permitNumber: string;
  readonly statusIndex: number;
  readonly newest: boolean;
}
export interface RecordStatus {
  readonly seq: number;
  readonly outcome: 'applied' | 'quarantined' | 'resolved' | 'repeated';
  readonly code: string | undefined;
}
/** Blanks of a terminal, or (terminal undefined) those that no terminal has: `opening` are all that were ever entered. */
export interface StockCount {
  readonly terminal: string | undefined;
  readonly opening: number;
  readonly stock: number;
  readonly allotted: number;
  readonly used: number;
  readonly spoiled: number;
  readonly returned: number;
}
/** Fees of a terminal's day in 1/100 yuan, and what its counter said when it closed. */
export interface FeesOfDay {
  readonly terminal: string;
  readonly count: number;
  readonly fen: number;
  readonly closed: { readonly count: number; readonly fen: number; readonly counted: number } | undefined;
}
export interface OverdueApplication {
  readonly receipt: string;
  readonly state: string;
  readonly purpose: string | undefined;
  readonly dueOn: string;
  readonly missingPapers: number;
  readonly permitNumber: string | undefined;
}
export interface LookupStore {
  /** In the order of their times; empty: no such permit. */
  events(permitNumber: string): Promise<PermitEvent[]>;
  /** Newest first. */
  cards(permitNumber: string): Promise<CardOfPermit[]>;
  /** Sorted by number, then index. */
  numberIndex(prefixes: readonly string[]): Promise<NumberIndexEntry[]>;
  recordStatuses(terminal: string, epoch: number, after: number, most: number): Promise<RecordStatus[]>;
  stock(): Promise<StockCount[]>;
  feesOn(day: string): Promise<FeesOfDay[]>;
  overdueApplications(day: string): Promise<OverdueApplication[]>;
}

/** What the storage cannot do itself, because it has no keys. */
export interface Reopening {
  /** Opens and verifies a record again: for one that waited in quarantine until its permit arrived. */
  reopen(record: { readonly type: string; readonly sealed: Uint8Array }, origin: Origin): Prepared;
  /** Thumbprint of the card that a stored capture issued. */
  thumbprintOf(capture: { readonly personKey: Uint8Array; readonly origin: Origin; readonly box: Uint8Array }): Uint8Array;
}

/** A record that tells of a permit's holder, boxed. */
export interface BoxedRecord {
  readonly origin: Origin;
  readonly at: number;
  readonly box: Uint8Array;
}
export interface HeldPermit {
  readonly permitNumber: string;
  /** newest issue record of its cards */
  readonly capture: BoxedRecord;
  /** newest change of residence that took effect, if it came after the capture */
  readonly moved: BoxedRecord | undefined;
}
/** Somebody at a terminal asked for the permits of a person. */
export interface PersonLook {
  readonly personKey: Uint8Array;
  /** the terminal's nonce: a question that is sent once more is one look */
  readonly lookId: Uint8Array;
  readonly terminal: string;
  readonly purpose: string;
  /** how many permits it was told of */
  readonly permits: number;
  readonly at: number;
  readonly box: Uint8Array;
}
export interface PersonStore {
  /** Newest first. */
  permits(personKey: Uint8Array): Promise<HeldPermit[]>;
  /** Durable when it resolves. */
  noteLook(look: PersonLook): Promise<void>;
}
export interface Storage {
  readonly persons: PersonStore;
  readonly terminals: TerminalStore;
  readonly trust: TrustStore;
  readonly certificates: CvStore;
  readonly stock: StockStore;
  readonly permits: PermitStore;
  readonly records: RecordStore;
  readonly config: ConfigStore;
  readonly operators: OperatorStore;
  readonly lookups: LookupStore;
  close(): Promise<void>;
}
