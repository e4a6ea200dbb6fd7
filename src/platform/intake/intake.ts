import { setImmediate } from 'node:timers/promises';
import { Gates } from '../gate.js';
import { HttpRefusal } from '../refusal.js';
import type { Batch, BatchRefusal, RecordStore, Terminal } from '../storage/ports.js';
import { signAdvanced, signReceipt } from '../signed-objects.js';
import { readAdvance } from './advance.js';
import { readBatch } from './batch.js';
import { prepareRecord, type PrepareContext } from './prepare.js';
import type { IntakeRecord } from './prepared.js';

/** The longest time, in milliseconds, that preparing records may keep the event loop from others. */
const longestTurn = 4;

const refuse = (refusal: BatchRefusal): never => {
  switch (refusal.code) {
    case 'SYNC_GAP':
      throw new HttpRefusal(409, 'SYNC_GAP', { expected: refusal.expected });
    case 'SYNC_EPOCH':
      throw new HttpRefusal(409, 'SYNC_EPOCH', { epoch: refusal.epoch });
    case 'SYNC_FORK':
      throw new HttpRefusal(409, 'SYNC_FORK');
    case 'TERMINAL_BLOCKED':
      throw new HttpRefusal(403, 'TERMINAL_BLOCKED');
  }
};

/**
 * Takes pushes in (sync.md 4). Pushes of one terminal run one after the other, those of different terminals alternate record by record; only the
 * transaction itself holds the others up.
 */
export class Intake {
  readonly #gates = new Gates();

  constructor(private readonly records: RecordStore) {}

  /** Body of POST /v1/records → receipt. Throws HttpRefusal. */
  push(body: Uint8Array, terminal: Terminal, context: () => Promise<PrepareContext>): Promise<Uint8Array> {
    return this.#gates.run(terminal.id, async () => {
      const received = readBatch(body, terminal);
      const unprepared: Batch = { ...received, records: received.records.map((record) => ({ ...record, prepared: undefined })) };
      const checked = await this.records.check(unprepared);
      if (!checked.ok) return refuse(checked);
      const prepareContext = await context();
      const records: IntakeRecord[] = [];
      let turn = performance.now();
      for (const record of received.records) {
        if (performance.now() - turn > longestTurn) {
          await setImmediate();
          turn = performance.now();
        }
        const origin = { terminal: received.terminal, epoch: received.epoch, seq: record.seq };
        records.push({ ...record, prepared: record.seq < checked.next ? undefined : prepareRecord(record, origin, prepareContext) });
      }
      const answer = await this.records.apply({ ...received, records }, prepareContext.now);
      if (!answer.ok) return refuse(answer);
      const { epoch, first, last, hash } = received;
      return signReceipt(prepareContext.keys, { terminal: terminal.id, epoch, first, last, hash, time: prepareContext.now, quarantined: answer.quarantined });
    });
  }

  /**
   * Body of POST /v1/advance → signed answer (sync.md 4.1). It does not wait for a push of the same terminal: what is in both is compared in the
   * transaction. Throws HttpRefusal.
   */
  async advance(body: Uint8Array, terminal: Terminal, context: () => Promise<PrepareContext>): Promise<Uint8Array> {
    const { epoch, records } = readAdvance(body, terminal);
    const prepareContext = await context();
    const prepared = records.map((record) => ({ ...record, prepared: prepareRecord(record, { terminal: terminal.id, epoch, seq: record.seq }, prepareContext) }));
    const answer = await this.records.advance({ terminal: terminal.id, epoch, records: prepared }, prepareContext.now);
    if (!answer.ok) return refuse(answer);
    return signAdvanced(prepareContext.keys, { terminal: terminal.id, epoch, time: prepareContext.now, outcomes: answer.outcomes });
  }
}
