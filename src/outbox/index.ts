/**
 * The terminal's durable memory, one SQLite file: the queue of sealed records with its gapless numbers and hash chain (sync.md 3), the journal of
 * half-written cards, drafts, the counter's own list, a shift's history of checks, key sets of allotted blanks, number blocks, and what was pulled from the platform.
 * Records are sealed to the platform before they touch the disk; what this terminal must read again is boxed: personal data under the local key
 * (locked while nobody is signed in, operators.md 5), the rest under the device key.
 * It does not talk to the platform (src/sync does), does not judge trust lists or certificates, and never opens a sealed record.
 */
export { openOutbox, openOutboxReader, sealingKeySetting, type Outbox, type OutboxOptions, type OutboxReader, type OutboxReaderOptions } from './outbox.js';
export { chainHash, chainStart, type QueuedRecord } from './chain.js';
export { largestLead, type Clock } from './known-time.js';
export type { Acknowledged, HeardStatus, QueueLimit } from './queue.js';
export { recordOutcomes, type ChainReport, type Quarantined, type QueueCounts, type RecordOutcome, type RecordStatus } from './queue-view.js';
export type { DayBooksView, DayTotals } from './day-books.js';
export type { CheckHistory, CheckHistoryView, KeptCheck } from './check-history.js';
export type { Draft, Drafts, DraftsView } from './drafts.js';
export type { LocalData, LocalDataView } from './local-data.js';
export { idNumberDigest, maskName, type OwnRecord, type OwnRecords, type OwnRecordsView, type SearchableRecord } from './own-records.js';
export type { Journal, JournalEntry, JournalView } from './journal.js';
export type { CardUpdate, CardUpdates, CardUpdatesView } from './card-updates.js';
export type { CardCounters, KnownCards } from './known-cards.js';
export type { KeySets, KeySetsView } from './key-sets.js';
export type { BlockState, Numbers, NumbersView, StoredDelegation } from './numbers.js';
export type { Settings, SettingsView } from './settings.js';
export { openPlatformObject, type PlatformKey } from './platform-signature.js';
export { failureOfSqlite } from './errors.js';
