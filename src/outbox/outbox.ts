import { CodedError, type CapturedRecord, type Outcome } from '../contract/index.js';
import type { CryptoPort } from '../cose/index.js';
import { Boxes } from './boxes.js';
import { checkHistory, checkHistoryView, type CheckHistory, type CheckHistoryView } from './check-history.js';
import { dayBooksView, noteDay, type DayBooksView } from './day-books.js';
import { drafts, draftsView, type Drafts, type DraftsView } from './drafts.js';
import { journal, journalView, type Journal, type JournalView } from './journal.js';
import { knownCards, type KnownCards } from './known-cards.js';
import { keySets, keySetsView, type KeySets, type KeySetsView } from './key-sets.js';
import { keyGeneration, localData, localDataView, type LocalData, type LocalDataView } from './local-data.js';
import { numbers, numbersView, type Numbers, type NumbersView } from './numbers.js';
import { ownRecords, ownRecordsView, type OwnRecords, type OwnRecordsView } from './own-records.js';
import type { PlatformKey } from './platform-signature.js';
import type { Clock } from './known-time.js';
import { prepareChain, Queue, type Acknowledged, type HeardStatus, type QueueLimit } from './queue.js';
import { QueueView } from './queue-view.js';
import { settings, settingsView, type Settings, type SettingsView } from './settings.js';
import { openReadStore, openStore, type StoreOptions } from './store.js';

export interface OutboxReaderOptions extends StoreOptions {
  /** boxes what is read with nobody signed in (settings, numbers, key sets), 32 bytes; `localKey` when absent */
  readonly deviceKey?: Uint8Array | undefined;
  /** boxes what only a signed-in operator reads again (journal, drafts, own records, history of checks), 32 bytes; absent: opened locked, see `local` */
  readonly localKey?: Uint8Array | undefined;
  readonly crypto: CryptoPort;
}
export interface OutboxOptions extends OutboxReaderOptions {
  readonly terminalId: string;
  /** the epoch this terminal is in; a greater one than stored begins it. Default: the stored one, 1 in a new database */
  readonly epoch?: number;
  /** the platform's X25519 public key of the enrolment; a later one from a receipt takes precedence */
  readonly sealTo: Uint8Array;
  readonly clock: Clock;
}

/** What commands that only look may use. It never writes, and works beside an open outbox. */
export type OutboxReader = Pick<QueueView, 'pending' | 'urgent' | 'counts' | 'serverTime' | 'quarantined' | 'statuses' | 'check'> & {
  readonly journal: JournalView;
  readonly keySets: KeySetsView;
  readonly numbers: NumbersView;
  readonly settings: SettingsView;
  readonly drafts: DraftsView;
  readonly history: CheckHistoryView;
  readonly ownRecords: OwnRecordsView;
  readonly days: DayBooksView;
  readonly local: LocalDataView;
  close(): void;
};

/** The terminal's durable memory. Methods throw CodedError (DISK_FULL, STORAGE_*) when the storage fails; nothing is half done then. */
export interface Outbox extends OutboxReader {
  readonly journal: Journal;
  readonly keySets: KeySets;
  readonly numbers: Numbers;
  readonly settings: Settings;
  readonly knownCards: KnownCards;
  readonly drafts: Drafts;
  readonly history: CheckHistory;
  readonly ownRecords: OwnRecords;
  readonly local: LocalData;
  /** One sealed record, durable on return; its sequence number. @throws CodedError OUTBOX_FULL besides, for what has no priority (sync.md 4.3) */
  enqueue(record: CapturedRecord): number;
  /** OUTBOX_FULL when a record of this type would be refused now; asked before the work begins. */
  admits(type: CapturedRecord['type']): Outcome<undefined>;
  setLimit(limit: QueueLimit): void;
  /** h(seq) of sync.md 3 when it is still known here. */
  hash(seq: number): Uint8Array | undefined;
  acknowledge(receipt: Uint8Array, keys: readonly PlatformKey[]): Outcome<Acknowledged>;
  boundTime(serverTime: number): void;
  /** No earlier than this can it be, seconds since 1970 UTC: the last signed time moved on by the monotonic clock since it was heard; 0 unknown. */
  knownTime(): number;
  noteAdvanced(seqs: readonly number[]): void;
  noteStatuses(epoch: number, statuses: readonly HeardStatus[], heardAt: number): void;
  beginEpoch(epoch: number): Outcome<{ readonly epoch: number; readonly pending: number }>;
}

const deviceBoxes = ({ deviceKey, localKey }: OutboxReaderOptions): Boxes => {
  const key = deviceKey ?? localKey;
  if (key === undefined) throw new RangeError('an outbox needs a device key or a local key');
  return new Boxes(key);
};

/** The setting that holds the platform's newest sealing key, once a receipt brought one. */
export const sealingKeySetting = 'platform-sealing-key';

/**
 * Opens or creates a terminal's outbox.
 * @throws CodedError STORAGE_CORRUPT (nothing was touched), STORAGE_LOCKED, STORAGE_READ_ONLY, DISK_FULL;
 *   TERMINAL_ALREADY_ENROLLED: the file belongs to another terminal; SYNC_EPOCH: `epoch` lies behind the stored one
 */
export function openOutbox(path: string, options: OutboxOptions): Outbox {
  const { crypto, clock, terminalId } = options;
  const store = openStore(path, options);
  try {
    const chain = prepareChain(store, crypto, terminalId);
    if (chain.terminal !== terminalId) throw new CodedError('TERMINAL_ALREADY_ENROLLED', 'the outbox belongs to another terminal');
    const boxes = deviceBoxes(options);
    const localBoxes = new Boxes(options.localKey, keyGeneration(store));
    const { settings: values, putInside } = settings(store, boxes);
    const stored = values.get(sealingKeySetting);
    const own = ownRecords(store, localBoxes);
    const queue = new Queue({
      store,
      crypto,
      clock,
      sealingKey: stored instanceof Uint8Array ? stored : options.sealTo,
      keepSealingKey: (key) => {
        putInside(sealingKeySetting, key);
      },
      own: own.inside,
      noteDay: noteDay(store),
    });
    if (options.epoch !== undefined && options.epoch !== chain.epoch) {
      const begun = queue.beginEpoch(options.epoch);
      if (!begun.ok) throw new CodedError(begun.code, begun.detail);
    }
    const { keySets: sets, erase } = keySets(store, boxes);
    return {
      journal: journal(store, localBoxes, queue, erase),
      keySets: sets,
      numbers: numbers(store, boxes),
      settings: values,
      knownCards: knownCards(store),
      drafts: drafts(store, localBoxes),
      history: checkHistory(store, localBoxes),
      ownRecords: own.ownRecords,
      days: dayBooksView(store),
      local: localData(store, localBoxes, putInside),
      enqueue: (record) => queue.enqueue(record),
      admits: (type) => queue.admits(type),
      setLimit: (limit) => {
        queue.setLimit(limit);
      },
      pending: (limit, after) => queue.pending(limit, after),
      urgent: (limit, after) => queue.urgent(limit, after),
      statuses: (limit) => queue.statuses(limit),
      knownTime: () => queue.knownTime(),
      noteAdvanced: (seqs) => {
        queue.noteAdvanced(seqs);
      },
      noteStatuses: (epoch, statuses, heardAt) => {
        queue.noteStatuses(epoch, statuses, heardAt);
      },
      hash: (seq) => queue.hash(seq),
      acknowledge: (receipt, keys) => queue.acknowledge(receipt, keys),
      counts: () => queue.counts(),
      serverTime: () => queue.serverTime(),
      quarantined: (limit, after) => queue.quarantined(limit, after),
      check: () => queue.check(),
      boundTime: (serverTime) => {
        queue.boundTime(serverTime);
      },
      beginEpoch: (epoch) => queue.beginEpoch(epoch),
      close: () => {
        localBoxes.lock();
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Opens an existing outbox for looking only. @throws CodedError NOT_INITIALISED: there is none yet; STORAGE_* */
export function openOutboxReader(path: string, options: OutboxReaderOptions): OutboxReader {
  const store = openReadStore(path, options);
  const boxes = deviceBoxes(options);
  const localBoxes = new Boxes(options.localKey, keyGeneration(store));
  const queue = new QueueView(store, options.crypto);
  return {
    journal: journalView(store, localBoxes),
    keySets: keySetsView(store, boxes),
    numbers: numbersView(store, boxes),
    settings: settingsView(store, boxes),
    drafts: draftsView(store, localBoxes),
    history: checkHistoryView(store, localBoxes),
    ownRecords: ownRecordsView(store, localBoxes),
    days: dayBooksView(store),
    local: localDataView(store, localBoxes),
    pending: (limit, after) => queue.pending(limit, after),
    urgent: (limit, after) => queue.urgent(limit, after),
    statuses: (limit) => queue.statuses(limit),
    counts: () => queue.counts(),
    serverTime: () => queue.serverTime(),
    quarantined: (limit, after) => queue.quarantined(limit, after),
    check: () => queue.check(),
    close: () => {
      store.close();
    },
  };
}
