import { performance } from 'node:perf_hooks';
import { openPlatform, registerBlanks } from '../../src/platform/index.js';
import { dateInChina, permitNumber } from '../../src/permit/index.js';
import { syncTerminal } from '../../src/service/index.js';
import { person, TestTerminal } from '../platform/terminal.js';
import { expected, type Counter } from './counter.js';
import { line, progress, type Line } from './lines.js';

/** What one terminal captures on a full day, each a card with its photo: the largest records there are. */
const [records, photoBytes] = [89, 10_000];
const division6 = '330302';

/** Issue records as the workflow captures them: numbers, indexes and blanks of this terminal, signed under its certificate. */
const enqueueDay = ({ terminal, blanks }: Counter): void => {
  // It makes records here and asks no server: it is given none.
  const maker = new TestTerminal(undefined as never, () => terminal.clock.now());
  maker.seed.set(terminal.identity.seed);
  const kcwt = terminal.trust.delegate()?.kcwt;
  if (kcwt === undefined) throw new Error('the terminal has no certificate');
  maker.kcwt = kcwt;
  const year = Number(dateInChina(terminal.clock.now()).slice(0, 4));
  const serials = terminal.outbox.keySets.serials().filter((serial) => !blanks.includes(serial));
  for (const [n, serial] of serials.slice(0, records).entries()) {
    const reserved = terminal.outbox.numbers.reserve(division6, year, 1);
    if (reserved === undefined) throw new Error('no numbers');
    const number = permitNumber({ division6, year, kind: 1, sequence: reserved.sequence });
    const record = maker.issueRecord(person(n + 1), serial, { index: reserved.statusIndex, number, photoBytes });
    terminal.outbox.journal.put({ serial, state: 'prepared', permitNumber: number, statusIndex: reserved.statusIndex, sodHash: '', payload: new Uint8Array(), startedAt: record.issuedAt });
    terminal.outbox.journal.complete(serial, record);
  }
};

/** Drain of a day's backlog of one terminal on loopback: from the first request to the last receipt, applied. */
export const drainDay = async (counter: Counter): Promise<Line> => {
  const { folder, terminal } = counter;
  const platform = await openPlatform(folder.platform);
  await registerBlanks(platform, records, terminal.identity.terminalId).finally(() => platform.close());
  expected(await syncTerminal(terminal));
  progress(`capturing a day of ${records} cards with photos`);
  enqueueDay(counter);
  if (terminal.outbox.counts().pending !== records) throw new Error('the day is not complete');
  progress('draining it');
  let lastMs = 0;
  const began = performance.now();
  const synced = expected(await syncTerminal(terminal, { onProgress: () => (lastMs = performance.now() - began) }));
  if (synced.pushed.records !== records || synced.pushed.quarantined !== 0) throw new Error('the platform did not apply every card');
  return line('drain-day', lastMs / 1_000, 's', { limit: { of: 'value', sign: '<=', bound: 1 } });
};
