import type { Database, Statement } from 'better-sqlite3';
import type { Origin, PreparedFee, PreparedReconciliation } from '../intake/prepared.js';

/** Fees and the closing of a counter's day: one row for each record, whatever the permits say; money that was taken was taken. */
export class MoneyRows {
  readonly #putFee: Statement;
  readonly #putReconciliation: Statement;

  constructor(db: Database) {
    this.#putFee = db.prepare(`insert into fees (origin_terminal, origin_epoch, origin_seq, day, at, box, receipt, permit_number, item, fen)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#putReconciliation = db.prepare(`insert into reconciliations (origin_terminal, origin_epoch, origin_seq, day, at, box, fee_count, fee_fen, fee_counted,
      opening, received, issued, spoiled, counted) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  }

  fee({ day, at, box, receipt, permitNumber, item, fen }: PreparedFee, { terminal, epoch, seq }: Origin): void {
    this.#putFee.run(terminal, epoch, seq, day, at, box, receipt, permitNumber, item, fen);
  }

  reconciliation({ day, at, box, fees, blanks }: PreparedReconciliation, { terminal, epoch, seq }: Origin): void {
    this.#putReconciliation.run(
      terminal, epoch, seq, day, at, box, fees.count, fees.fen, fees.counted, blanks.opening, blanks.received, blanks.issued, blanks.spoiled, blanks.counted,
    );
  }
}
