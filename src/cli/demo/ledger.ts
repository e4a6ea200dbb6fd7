import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RecordType } from '../../contract/index.js';

/** One captured record as the demo saw it when the product said that it was saved. */
export interface Captured {
  readonly type: RecordType;
  readonly terminal: string;
  readonly epoch: number;
  readonly seq: number;
  /** '' for a record that names no permit on the platform */
  readonly permitNumber: string;
}

/** What was captured, written down beside the product's own books (`captured.jsonl`); the reckoning compares it with the platform's database. */
export class Ledger {
  readonly #path: string;
  readonly entries: Captured[] = [];

  constructor(private readonly root: string) {
    this.#path = join(root, 'captured.jsonl');
    writeFileSync(this.#path, '', { mode: 0o600 });
  }

  add(entry: Captured): void {
    this.entries.push(entry);
    appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
  }

  /** Counts effects in the platform's database by SQL, not by the product's word: each captured record must have exactly one, and no effect may lack a capture. */
  reckon(): { readonly captured: number; readonly lost: number; readonly duplicated: number } {
    const db = new Database(join(this.root, 'platform', 'platform.db'), { readonly: true, fileMustExist: true });
    try {
      const effects = new Map<string, number>();
      const count = (type: string, sql: string): void => {
        for (const row of db.prepare<[], { terminal: string; epoch: number; seq: number; permit: string | null }>(sql).all()) {
          const key = keyOf(type, row.terminal, row.epoch, row.seq, row.permit ?? '');
          effects.set(key, (effects.get(key) ?? 0) + 1);
        }
      };
      const origin = 'origin_terminal AS terminal, origin_epoch AS epoch, origin_seq AS seq, permit_number AS permit';
      // A first card's effect is its permit, another card's is a card of a permit that exists.
      count('issue', 'SELECT c.origin_terminal AS terminal, c.origin_epoch AS epoch, c.origin_seq AS seq, c.permit_number AS permit FROM cards c JOIN permits p ON p.permit_number = c.permit_number');
      count('verification', `SELECT ${origin} FROM verifications`);
      count('revocation', `SELECT ${origin} FROM status_changes WHERE origin_terminal IS NOT NULL`);
      count('fee', `SELECT ${origin} FROM fees`);
      count('pin', `SELECT ${origin} FROM pin_events`);
      count('check-viewed', `SELECT ${origin} FROM check_views`);
      for (const type of ['hand-over', 'endorsement', 'residence-change', 'card-return'] as const) count(type, `SELECT ${origin} FROM events WHERE type = '${type}'`);
      // These name no permit there.
      for (const type of ['registration', 'acceptance', 'supplement', 'review'] as const) count(type, `SELECT ${origin.replace('permit_number', 'NULL')} FROM events WHERE type = '${type}'`);
      count('reconciliation', `SELECT ${origin.replace('permit_number', 'NULL')} FROM reconciliations`);
      let [lost, duplicated] = [0, 0];
      for (const { type, terminal, epoch, seq, permitNumber } of this.entries) {
        const key = keyOf(type, terminal, epoch, seq, permitNumber);
        const found = effects.get(key) ?? 0;
        if (found === 0) lost += 1;
        if (found > 1) duplicated += found - 1;
        effects.delete(key);
      }
      // An effect that nobody captured is one too many.
      for (const found of effects.values()) duplicated += found;
      return { captured: this.entries.length, lost, duplicated };
    } finally {
      db.close();
    }
  }
}

const keyOf = (type: string, terminal: string, epoch: number, seq: number, permit: string): string => JSON.stringify([type, terminal, epoch, seq, permit]);

/** Damages the platform's books on purpose, to show that the reckoning notices: one permit gone, or one revocation entered twice. */
export const sabotage = (root: string, how: 'drop' | 'double'): void => {
  const db = new Database(join(root, 'platform', 'platform.db'));
  try {
    if (how === 'drop') db.exec('DELETE FROM permits WHERE permit_number = (SELECT min(permit_number) FROM cards GROUP BY permit_number HAVING count(*) = 1 ORDER BY 1 LIMIT 1)');
    else {
      const columns = 'permit_number, status_index, from_status, to_status, reason, box, at, origin_terminal, origin_epoch, origin_seq';
      db.exec(`INSERT INTO status_changes (${columns}) SELECT ${columns} FROM status_changes WHERE to_status = 1 LIMIT 1`);
    }
  } finally {
    db.close();
  }
};
