import { done, type Outcome } from '../contract/index.js';
import { nodeCrypto } from '../node-crypto/index.js';
import { openOutboxReader, type OutboxReader } from '../outbox/index.js';
import { loadIdentity } from '../service/index.js';
import { join } from 'node:path';
import type { DataFolder } from './data-folder.js';

/** For commands that only look: the queue can be read while a terminal works on it. */
const looking = <T>(folder: DataFolder, work: (reader: OutboxReader) => Outcome<T>): Promise<Outcome<T>> => {
  const { deviceKey } = loadIdentity(folder.terminal);
  const reader = openOutboxReader(join(folder.terminal, 'terminal.db'), { deviceKey, crypto: nodeCrypto });
  try {
    return Promise.resolve(work(reader));
  } finally {
    reader.close();
  }
};

export const outboxStatus = async (folder: DataFolder): Promise<Outcome<object>> =>
  looking(folder, (reader) => done({ ...reader.counts(), quarantine: reader.quarantined(), unfinishedCards: reader.journal.serials() }));

/** What waits, oldest first, and what became of the records that the platform has, newest first. */
export const outboxList = async (folder: DataFolder, limit: number): Promise<Outcome<object>> =>
  looking(folder, (reader) => {
    const most = Number.isSafeInteger(limit) && limit > 0 ? limit : 100;
    return done({
      records: reader.pending(most).map(({ seq, type, priority, capturedAt, sealed }) => ({ seq, type, priority, capturedAt, bytes: sealed.length })),
      received: reader.statuses(most),
    });
  });

export const outboxCheck = async (folder: DataFolder): Promise<Outcome<object>> => looking(folder, (reader) => reader.check());
