import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inventPeople } from '../../src/cli/invented/index.js';
import type { Application, CapturedRecord } from '../../src/contract/index.js';
import { sealingKeyPair } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { Boxes } from '../../src/outbox/boxes.js';
import { openOutbox, type Outbox } from '../../src/outbox/index.js';
import { ownRecords } from '../../src/outbox/own-records.js';
import { openStore } from '../../src/outbox/store.js';
import { idNumberCheckCharacter, permitNumber } from '../../src/permit/index.js';
import { CaseIndex } from '../../src/service/case-index.js';
import { line, median, progress, type Line } from './lines.js';

const size = 50_000;
const shown = 50;
const rounds = 9;
const at = 1_795_000_000;
const localKey = new Uint8Array(32).fill(5);

/** Each with a number of its own; names are those of a few hundred invented people. */
const registration = (people: readonly Application[], n: number): CapturedRecord => {
  const person = people[n % people.length];
  if (person === undefined) throw new RangeError('nobody');
  const digits = `330326${String(1960 + (n % 45))}0101${String(n % 1_000).padStart(3, '0')}`;
  const application = { ...person, idNumber: digits + idNumberCheckCharacter(digits) };
  return n % 2 === 0
    ? { type: 'registration', voucher: `D20261124-${String(n).padStart(8, '0')}`, application, by: 'w1', at: at + n }
    : { type: 'acceptance', receipt: `S20261124-${String(n).padStart(8, '0')}`, purpose: 'first', application, permitNumber: numberOf(n), missingPapers: [], dueOn: '2026-12-09', by: 'w1', at: at + n };
};
const numberOf = (n: number): string => permitNumber({ division6: '330302', year: 2026, kind: 1, sequence: n + 1 });

const filled = (folder: string, people: readonly Application[]): Outbox => {
  const path = join(folder, 'terminal.db');
  const open = (): Outbox => openOutbox(path, { terminalId: 'T0000TEST', sealTo: sealingKeyPair().publicKey, localKey, clock: { now: () => at }, crypto: nodeCrypto });
  open().close();
  // The lines alone: what was captured with them is sealed and nobody here searches it.
  const store = openStore(path);
  const { inside } = ownRecords(store, new Boxes(localKey));
  store.write(() => {
    for (let n = 0; n < size; n += 1) inside.note(n + 1, registration(people, n), at + n);
  });
  store.close();
  return open();
};

/** Local cases by name, number and slip. The index is built once, when somebody who signed in comes home; a search is answered from memory. */
export const search = async (): Promise<Line[]> => {
  progress(`searching ${size} records`);
  const folder = mkdtempSync(join(tmpdir(), 'rc-search-'));
  const people = inventPeople({ seed: 20_261_124, count: 300, onDate: '2026-11-24', kind: 'residence' });
  const outbox = filled(folder, people);
  const cases = new CaseIndex(outbox);
  try {
    const building = performance.now();
    await cases.search('1', shown);
    const buildMs = performance.now() - building;
    const last = registration(people, size - 1);
    const [person] = people;
    if (!('application' in last) || person === undefined) throw new Error('nobody');
    // A name, the first character of one, the last four, whole numbers, a slip, and what is not there: that one looks at every record.
    const texts = [person.name, person.name.slice(0, 1), last.application.idNumber.slice(-4), last.application.idNumber, numberOf(1), '33030220261', 'S20261124-0000', '查无此人'];
    const times: number[] = [];
    let longest = 0;
    for (const text of texts) {
      const each: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const began = performance.now();
        const { cases: found } = await cases.search(text, shown);
        each.push(performance.now() - began);
        if ((text === '查无此人') !== (found.length === 0)) throw new Error('a search found what is not there, or not what is');
      }
      times.push(median(each));
      longest = Math.max(longest, ...each);
    }
    return [
      line('search-build', buildMs, 'ms'),
      line('search-median', median(times), 'ms'),
      // Of the text that takes longest; once in a while the engine collects its garbage, or the machine does something else.
      line('search-slowest', Math.max(...times), 'ms', { limit: { of: 'value', sign: '<=', bound: 50 } }),
      line('search-longest-once', longest, 'ms'),
    ];
  } finally {
    cases.close();
    outbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
