/** Marks a file as a terminal's outbox (SQLite application_id, "wzOB"). */
export const applicationId = 0x777a4f42;

/**
 * Numbered migrations: entry n brings user_version n to n + 1. An entry that has shipped is never edited; a change is a new entry.
 * Columns in clear hold no personal data: sequence, times, card serials, hashes, number ranges. Everything else is sealed or boxed.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE chain (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    terminal TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    next_seq INTEGER NOT NULL,
    head BLOB NOT NULL,
    acknowledged_seq INTEGER NOT NULL,
    acknowledged_hash BLOB NOT NULL,
    server_time INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE record (
    seq INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    priority INTEGER NOT NULL,
    captured_at INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    hash BLOB NOT NULL
  ) STRICT;
  CREATE TABLE quarantine (
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    code TEXT NOT NULL,
    reported_at INTEGER NOT NULL,
    PRIMARY KEY (epoch, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE journal (serial TEXT PRIMARY KEY, sod_hash TEXT NOT NULL, boxed BLOB NOT NULL) STRICT;
  CREATE INDEX journal_sod ON journal (sod_hash);
  CREATE TABLE key_set (serial TEXT PRIMARY KEY, boxed BLOB NOT NULL) STRICT;
  CREATE TABLE used_blank (serial TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE number_block (
    division TEXT NOT NULL,
    year INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    next INTEGER NOT NULL,
    PRIMARY KEY (division, year, kind, first)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE delegation (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    next INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    boxed BLOB NOT NULL
  ) STRICT;
  CREATE TABLE setting (key TEXT PRIMARY KEY, boxed BLOB NOT NULL) STRICT;
  `,
  // Cards in use: one update that may be half done for each chip, and the greatest counters seen of it. `chip` is the thumbprint of its key.
  `
  CREATE TABLE card_update (chip TEXT PRIMARY KEY, boxed BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE known_card (
    chip TEXT PRIMARY KEY,
    residence INTEGER NOT NULL,
    endorsements INTEGER NOT NULL,
    services INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE own_record (id TEXT PRIMARY KEY, seq INTEGER NOT NULL UNIQUE, boxed BLOB NOT NULL) STRICT;
  CREATE TABLE draft (id TEXT PRIMARY KEY, boxed BLOB NOT NULL) STRICT;
  CREATE TABLE local_key (id INTEGER PRIMARY KEY CHECK (id = 1), generation INTEGER NOT NULL) STRICT;
  INSERT INTO local_key (id, generation) VALUES (1, 0);
  `,
  // Running totals and the time of the newest capture; what was sent ahead (sync.md 4.1); what the platform said of each record that it received.
  `
  ALTER TABLE chain ADD COLUMN pending_bytes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE chain ADD COLUMN last_captured INTEGER NOT NULL DEFAULT 0;
  UPDATE chain SET
    pending_bytes = (SELECT coalesce(sum(length(sealed)), 0) FROM record),
    last_captured = (SELECT coalesce(max(captured_at), 0) FROM record);
  ALTER TABLE record ADD COLUMN advanced INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX record_urgent ON record (seq) WHERE priority = 0 AND advanced = 0;
  CREATE TABLE record_status (
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    captured_at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT,
    heard_at INTEGER NOT NULL,
    PRIMARY KEY (epoch, seq)
  ) STRICT, WITHOUT ROWID;
  `,
  // What a day comes to: fees, cards issued, blanks spoiled. Numbers only; `day` counts days in China since 1970.
  `
  CREATE TABLE day_total (
    day INTEGER NOT NULL,
    item TEXT NOT NULL,
    count INTEGER NOT NULL,
    fen INTEGER NOT NULL,
    PRIMARY KEY (day, item)
  ) STRICT, WITHOUT ROWID;
  `,
  // The shift's history of checks: boxed under the local key, deleted with the shift.
  `
  CREATE TABLE check_history (id TEXT PRIMARY KEY, at INTEGER NOT NULL, boxed BLOB NOT NULL) STRICT;
  `,
  // A counter's own lines stay for the day that they were captured on, also when the platform has their records; those of before go with their receipt.
  `
  ALTER TABLE own_record ADD COLUMN day INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE own_record ADD COLUMN received INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX own_record_received ON own_record (day) WHERE received = 1;
  `,
];
