import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import { capturedRecord, CodedError, done, type CapturedRecord } from '../../src/contract/index.js';
import { decodeCbor, encodeCbor } from '../../src/cose/index.js';
import { sha256 } from '../../src/node-crypto/index.js';
import { plainOf } from '../../src/platform/intake/fields.js';
import { openTerminal, syncTerminal, type Terminal } from '../../src/service/index.js';
import { issueAt, type IssueOf } from './issuing.js';
import { mistakes, type Reply, type Request, type Said, type WantedRecord } from './protocol.js';

/** A terminal as a process of its own: it captures and syncs as it is told, and says `captured` only after the outbox said that the record is durable. */
const [folder = '', ...flags] = process.argv.slice(2);
const say = (said: Said): void => void process.stdout.write(`${JSON.stringify(said)}\n`);

const completed = (terminal: Terminal, record: IssueOf): void => {
  terminal.outbox.journal.complete(record.serial, record);
  say({ captured: { at: record.issuedAt, kind: 'issue', permitNumber: record.permitNumber } });
};

/** As an issue does it: a note ahead of the card, then record, note and key set in one transaction. */
const issue = (terminal: Terminal, { at, person = 0 }: WantedRecord): boolean => {
  const record = issueAt(terminal, person, at);
  if (record === undefined) return false;
  const { serial, permitNumber, statusIndex, sod } = record;
  const sodHash = Buffer.from(sha256(sod)).toString('hex');
  terminal.outbox.journal.put({ serial, state: 'prepared', permitNumber, statusIndex, sodHash, payload: encodeCbor(record), startedAt: terminal.clock.now() });
  completed(terminal, record);
  return true;
};

/** Cards that a killed process left half written. */
const resume = (terminal: Terminal): void => {
  for (const entry of terminal.outbox.journal.list()) {
    const record = capturedRecord.parse(plainOf(decodeCbor(entry.payload)));
    if (record.type === 'issue') completed(terminal, record);
  }
};

const recordOf = ({ kind, at, permitNumber = '', status = 2 }: WantedRecord): CapturedRecord => {
  switch (kind) {
    case 'revocation':
      return { type: 'revocation', permitNumber, status, reason: status === 2 ? 'decision' : 'restored', requestedBy: 'op-1', approvedBy: 'op-2', at };
    case 'poison':
      // No record of the contract, on purpose: what a bug or another version may have sealed.
      return { type: 'verification', at, garbage: new Uint8Array(randomBytes(64)) } as unknown as CapturedRecord;
    case 'issue':
    case 'verification':
      return { type: 'verification', result: 'valid', reason: 'signature', mode: 'counter', at, ...(permitNumber === '' ? {} : { permitNumber }) };
  }
};

const capture = (terminal: Terminal, records: readonly WantedRecord[]): Reply => {
  let captured = 0;
  for (const wanted of records) {
    if (wanted.kind === 'issue') {
      if (!issue(terminal, wanted)) continue;
    } else {
      terminal.outbox.enqueue(recordOf(wanted));
      say({ captured: { at: wanted.at, kind: wanted.kind } });
    }
    captured += 1;
  }
  return { ok: true, captured };
};

const countsOf = (terminal: Terminal): NonNullable<Reply['counts']> => {
  const { pending, epoch, captured, acknowledged, quarantined } = terminal.outbox.counts();
  return { pending, epoch, captured, acknowledged, quarantined };
};

const sync = async (terminal: Terminal, timeoutMs: number): Promise<Reply> => {
  const synced = await syncTerminal(terminal, { timeoutMs, divisions: ['330302'] });
  const more = { counts: countsOf(terminal), clockTrusted: terminal.clock.trustworthy() };
  if (!synced.ok) return { ok: false, code: synced.code, ...(synced.detail === undefined ? {} : { detail: synced.detail }), ...more };
  return { ok: true, pushed: synced.value.pushed.records, quarantined: synced.value.pushed.quarantined, ...more };
};

const handle = async (terminal: Terminal, request: Request): Promise<Reply> => {
  switch (request.do) {
    case 'capture':
      return capture(terminal, request.records);
    case 'sync':
      return sync(terminal, request.timeoutMs);
    case 'state':
      return { ok: true, counts: countsOf(terminal), chainSound: terminal.outbox.check().ok, clockTrusted: terminal.clock.trustworthy() };
    case 'begin-epoch': {
      const begun = terminal.outbox.beginEpoch(request.epoch);
      return begun.ok ? { ok: true } : { ok: false, code: begun.code };
    }
  }
};

/** Takes the check of receipts away: whatever came with status 200 counts as a receipt for everything that waits. */
const believeAnyReceipt = (terminal: Terminal): void => {
  const db = new Database(join(folder, 'terminal.db'), { timeout: 2_000 });
  terminal.outbox.acknowledge = () => {
    const last = terminal.outbox.counts().captured;
    const deleted = db.prepare('delete from record').run().changes;
    db.exec('update chain set acknowledged_seq = next_seq - 1, acknowledged_hash = head');
    return done({ deleted, last, quarantined: [] });
  };
};

const failure = (error: unknown): Reply =>
  error instanceof CodedError
    ? { ok: false, code: error.code, ...(error.detail === undefined ? {} : { detail: error.detail }) }
    : { ok: false, code: 'INTERNAL', detail: error instanceof Error ? (error.stack ?? error.message) : 'not an error' };

const opened = (): Terminal | undefined => {
  try {
    return openTerminal(folder);
  } catch (error) {
    const { code = 'INTERNAL', detail } = failure(error);
    say({ failed: code === 'INTERNAL' ? `${code} ${detail ?? ''}` : code });
    return undefined;
  }
};

const terminal = opened();
if (terminal === undefined) {
  process.exitCode = 1;
} else {
  if (flags.includes(mistakes.noReceiptCheck)) believeAnyReceipt(terminal);
  say({ ready: { pid: process.pid } });
  resume(terminal);
  for await (const line of createInterface({ input: process.stdin })) {
    let reply: Reply;
    try {
      // The parent wrote the line with the same types.
      reply = await handle(terminal, JSON.parse(line) as Request);
    } catch (error) {
      reply = failure(error);
    }
    say({ reply });
  }
  await terminal.close();
}
