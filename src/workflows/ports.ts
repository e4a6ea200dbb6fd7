import type { AccessCredentials, CardChannel, MutableFile } from '../card/index.js';
import type { AccessRight, CapturedRecord, KeySet, Operation, Outcome } from '../contract/index.js';
import type { CryptoPort } from '../cose/index.js';
import type { KnownCounters, StatusList, TrustList } from '../permit/index.js';

/**
 * One card that this terminal has begun and not finished. `reserved`: a permit number and a status index are taken, nothing of the stream is on the card.
 * `prepared`: everything is signed and the stream may be on the card in part, in whole, or activated.
 */
export interface JournalEntry {
  /** Card serial, 20 hexadecimal digits, lower case. */
  readonly serial: string;
  readonly state: 'reserved' | 'prepared';
  readonly permitNumber: string;
  readonly statusIndex: number;
  /** SHA-256 of EF.SOD, hexadecimal; '' while reserved. */
  readonly sodHash: string;
  /** CBOR of the workflow, opaque to the journal; boxed at rest by the implementation: it holds personal data. */
  readonly payload: Uint8Array;
  /** Seconds since 1970 UTC. */
  readonly startedAt: number;
  /** How often the card was begun or gone on with; absent: once, by a program that did not count. */
  readonly tries?: number;
}

/**
 * One object that this terminal has signed for an issued card and that may be on it or not. It holds everything that is needed to tell, and to write it again:
 * `object` is the signed object, `counter` the chip's counter once it is written, `record` what is captured then (absent: nothing is).
 */
export interface CardUpdate {
  /** Thumbprint of the card's key, 16 hexadecimal digits. */
  readonly chip: string;
  readonly permitNumber: string;
  readonly target: MutableFile;
  readonly counter: number;
  readonly object: Uint8Array;
  readonly record?: CapturedRecord;
  /** Seconds since 1970 UTC. */
  readonly startedAt: number;
}

/** The write-ahead journal. Each method that writes is durable on return and throws CodedError (DISK_FULL, STORAGE_*) when it is not. */
export interface Journal {
  find(serial: string): JournalEntry | undefined;
  findBySodHash(hex: string): JournalEntry | undefined;
  list(): JournalEntry[];
  put(entry: JournalEntry): void;
  /** One transaction: the record (and what belongs to it, behind it) is enqueued, the entry is gone, the key set of the serial is erased. Returns the first's sequence number. */
  complete(serial: string, record: CapturedRecord, ...more: readonly CapturedRecord[]): number;
  /** As `complete`, for a begun card that will never be issued. Both are for serials that have an entry. */
  spoil(serial: string, record: CapturedRecord): number;
  /** Updates of issued cards, boxed at rest as the entries are; one at a time for a chip. */
  findUpdate(chip: string): CardUpdate | undefined;
  listUpdates(): CardUpdate[];
  putUpdate(update: CardUpdate): void;
  /** One transaction: the record of the update is enqueued, the update is gone. The sequence number; undefined for one without a record. */
  commitUpdate(chip: string): number | undefined;
  /** The update is gone and nothing is captured. */
  dropUpdate(chip: string): void;
}

/** What this terminal knows of the counters of chips that it has seen, by thumbprint (16 hexadecimal digits). Numbers only. */
export interface KnownCards {
  lastKnownCounters(chip: string): KnownCounters | undefined;
  /** Counters that a proved chip told; what is smaller than known changes nothing. */
  remember(chip: string, counters: KnownCounters): void;
}

/** Key sets of the blanks that are allotted to this terminal and not yet used. `serial` as in the journal. `find` gives copies: the workflow wipes them. */
export interface KeySets {
  find(serial: string): KeySet | undefined;
}

/** Numbers of the blocks that the platform gave. A number is taken durably and never given twice; undefined when there is none left. */
export interface Numbers {
  reserve(division6: string, year: number, kind: 1 | 2): { readonly sequence: number; readonly statusIndex: number } | undefined;
  /** An index alone, for another card of a permit that keeps its number. */
  reserveIndex(): number | undefined;
}

/** The outbox: durable on return; the sequence number. */
export interface Outbox {
  enqueue(record: CapturedRecord): number;
}

/** Time as this terminal knows it. */
export interface Clock {
  /** Seconds since 1970 UTC. */
  now(): number;
  /** False when the server's signed time, or the monotonic counter since, contradicts this clock. */
  trustworthy(): boolean;
}

/** The delegated key of this terminal with its certificate. */
export interface Delegate {
  readonly kcwt: Uint8Array;
  /** Ed25519 seed, 32 bytes. The workflow keeps no copy. */
  readonly seed: Uint8Array;
}

/** What the last sync brought and verified. */
export interface Trust {
  trustList(): TrustList | undefined;
  statusList(): StatusList | undefined;
  delegate(): Delegate | undefined;
}

/** How this terminal proves its rights to cards: its card-verifiable certificate and key (terminal-authentication.md 4). */
export interface Access {
  /** Of the certificate in force. ACCESS_CERTIFICATE_MISSING, ACCESS_CERTIFICATE_EXPIRED: also one that begins later by this clock. */
  rights(): Outcome<readonly AccessRight[]>;
  /** Departments whose slots of Services it may write; FFFF: every one. */
  departments(): readonly number[];
  /** For a card with these trust points, newest first. ACCESS_CERTIFICATE_*; ACCESS_REFUSED, `unknown-signer`: the card trusts none of ours. */
  credentials(trustPoints: readonly string[]): Outcome<AccessCredentials>;
  /** What a new card is made to trust: the newest CVCA's reference and certificate (`7F21`). ACCESS_CERTIFICATE_MISSING */
  trustPoint(): Outcome<{ readonly reference: string; readonly certificate: Uint8Array }>;
}

/** Steps of the contract's `step` event. */
export type StepName = 'check' | 'open' | 'authenticate' | 'prepare' | 'write' | 'activate' | 'read-back' | 'register' | 'chip' | 'rights' | 'verdict';
export interface Step {
  readonly step: StepName;
  readonly done: number;
  readonly of: number;
}

/** What every workflow works with. */
export interface CardContext {
  readonly channel: CardChannel;
  readonly trust: Trust;
  readonly clock: Clock;
  readonly crypto: CryptoPort;
  readonly access: Access;
  readonly onStep?: (step: Step) => void;
}

export interface IssueContext extends CardContext {
  readonly journal: Journal;
  readonly keySets: KeySets;
  readonly numbers: Numbers;
  /** URI of the status list that the SOD names. */
  readonly statusListUri: string;
}

export interface VerifyContext extends CardContext {
  readonly outbox: Outbox;
  /** How old a status list may be in this mode, seconds; data of the terminal. */
  readonly maxListAgeSeconds: number;
  readonly mode: 'counter' | 'kiosk' | 'police';
  /** who is signed in; absent where nobody is */
  readonly by?: string;
  /** why and where an officer checks */
  readonly operation?: Operation;
  /** The city's setting, whether the due day of an endorsement still counts; absent: as the rules of the permit's day of issue say. */
  readonly endorsementDueDayCounts?: boolean;
  /** Absent: a card whose whole image was set back cannot be told from one that was never written. */
  readonly known?: KnownCards;
}

/** What an update of an issued card needs: the card is verified first, then written. */
export interface UpdateContext extends VerifyContext {
  readonly journal: Journal;
}
