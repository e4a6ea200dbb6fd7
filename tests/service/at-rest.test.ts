import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { inventPeople, portraitOf } from '../../src/cli/invented/index.js';
import type { Application, CapturedRecord } from '../../src/contract/index.js';
import { encodeCbor } from '../../src/cose/index.js';
import type { Terminal } from '../../src/service/index.js';
import { platformKeys, receiptMap, signReceipt, start } from '../outbox/fixture.js';
import { today } from '../workflows/fixtures.js';
import { filesBelow, needlesOf, search, type Secrets } from './byte-search.js';
import { enrolled, entry, passwordOf, pullOperators, reopen } from './fixture.js';

interface Person {
  readonly application: Application;
  readonly photo: Uint8Array;
  readonly permitNumber: string;
  readonly serial: string;
}
// A name of two characters is four bytes of UTF-16: found by chance.
const people: Person[] = inventPeople({ seed: 20_261_124, count: 24, onDate: today, kind: 'residence' })
  .filter(({ name }) => name.length >= 3)
  .slice(0, 6)
  .map((person, n) => ({
    application: { ...person, phone: `1380000${String(n).padStart(4, '0')}` },
    photo: portraitOf(person, today),
    permitNumber: `33030220261000${String(100 + n)}9`,
    serial: `0102030405060708${String(n).padStart(4, '0')}`,
  }));

const personal = Object.fromEntries(
  people.flatMap(({ application: { name, idNumber, registeredAddress, residence, phone }, photo }, n) => [
    [`name ${n}`, name],
    [`ID number ${n}`, idNumber],
    [`registered address ${n}`, registeredAddress],
    [`address ${n}`, residence.address],
    [`phone ${n}`, phone ?? ''],
    [`photo ${n}`, photo],
  ]),
) satisfies Secrets;

const issue = ({ application, photo, permitNumber, serial }: Person): CapturedRecord => {
  const bytes = encodeCbor([application.name, application.idNumber, photo]);
  return { type: 'issue', serial, permitNumber, statusIndex: 1, sod: bytes, permit: bytes, holder: bytes, residence: bytes, photo: bytes, application, issuedAt: start, by: 'w1' };
};
/** What one counter leaves behind: a finished card, a half-written one, a registration, a draft. */
const serve = ({ outbox }: Terminal, offset: number): void => {
  const [finished, half, registered] = people.slice(offset, offset + 3);
  if (finished === undefined || half === undefined || registered === undefined) throw new RangeError('too few people');
  for (const { application, photo, permitNumber, serial } of [finished, half])
    outbox.journal.put({ serial, state: 'prepared', permitNumber, statusIndex: 1, sodHash: 'ab'.repeat(32), payload: encodeCbor([application, photo]), startedAt: start });
  outbox.journal.complete(finished.serial, issue(finished));
  outbox.enqueue({ type: 'registration', voucher: `DJ-${offset}`, application: registered.application, by: 'w1', at: start });
  outbox.drafts.put(`draft-${offset}`, { application: half.application, photo: half.photo }, start);
};
const receiptAll = ({ outbox }: Terminal): void => {
  const { acknowledged, captured } = outbox.counts();
  expect(outbox.acknowledge(signReceipt(receiptMap(outbox, acknowledged + 1, captured)), platformKeys)).toMatchObject({ ok: true });
};

describe('operators.md 6: what a stolen data folder shows', () => {
  it('nothing of anybody, at any time of a day: no name, number, address, photo, password or key, in no file and no encoding', async () => {
    const where = enrolled();
    const staff = await Promise.all([entry('w1', 'operator'), entry('s1', 'supervisor')]);
    const secrets: Record<string, string | Uint8Array> = { ...personal, password: passwordOf('w1'), 'wrong password': '打错的口令 77', 'name of w1': staff[0].name, verifier: staff[0].verifier };
    const seen: string[] = [];
    const look = (moment: string): void => {
      seen.push(moment);
      expect(search(where.data, needlesOf(secrets)).map((found) => `${moment}: ${found}`)).toEqual([]);
    };

    let terminal = reopen(where);
    const { seed, boxSecret, deviceKey } = terminal.identity;
    Object.assign(secrets, { seed, boxSecret, deviceKey });
    const firstKey = (terminal.outbox.settings.get('local-key') as unknown[])[0] as Uint8Array;
    expect(firstKey).toHaveLength(32);
    secrets['local key of the first day'] = firstKey;
    serve(terminal, 0);
    expect(statSync(join(where.data, 'terminal.db-wal')).size).toBeGreaterThan(20_000);
    look('the first day, nobody signed in');

    const rekey = terminal.outbox.local.rekey.bind(terminal.outbox.local);
    const keys: Uint8Array[] = [];
    vi.spyOn(terminal.outbox.local, 'rekey').mockImplementation((next, settings) => {
      keys.push(Uint8Array.from(next));
      rekey(next, settings);
    });
    await pullOperators(terminal, staff);
    expect(await terminal.signIn('w1', '打错的口令 77')).toMatchObject({ ok: false });
    expect(await terminal.signIn('w1', passwordOf('w1'))).toMatchObject({ ok: true });
    expect(keys).toHaveLength(1);
    secrets['local key'] = keys[0]!;
    look('signed in');

    serve(terminal, 3);
    expect(terminal.outbox.ownRecords.list()).toHaveLength(4);
    look('a full counter');

    receiptAll(terminal);
    // They stay for their day.
    expect(terminal.outbox.ownRecords.list()).toHaveLength(4);
    look('receipted');

    await terminal.signOut();
    await terminal.close();
    look('closed');

    terminal = reopen(where);
    expect(await terminal.signIn('w1', passwordOf('w1'))).toMatchObject({ ok: true });
    expect(terminal.outbox.journal.list()).toHaveLength(2);
    for (const { id } of terminal.outbox.drafts.list()) terminal.outbox.drafts.delete(id);
    for (const serial of terminal.outbox.journal.serials()) terminal.outbox.journal.spoil(serial, { type: 'spoiled', serial, reason: 'torn', by: 'w1', at: start });
    receiptAll(terminal);
    await terminal.close();
    look('the end of the day');
    expect(seen).toHaveLength(6);
    expect(filesBelow(where.data).map((file) => file.slice(where.data.length + 1)).sort()).toEqual(['terminal.db', 'terminal.json']);
  });

  it('the search finds each of these when it is there, in every form', () => {
    const { data } = enrolled();
    const needles = needlesOf(personal);
    expect(search(data, needles)).toEqual([]);
    const missed = needles.filter(({ name, form, bytes }, n) => {
      // In the middle of other bytes, at every alignment that a file can give it.
      writeFileSync(join(data, 'planted'), Buffer.concat([Buffer.alloc(4_096 + (n % 7), 0xa5), bytes, Buffer.alloc(33, 0x5a)]));
      return !search(data, [{ name, form, bytes }]).includes(`planted: ${name} (${form})`);
    });
    expect(missed).toEqual([]);
  });

  it.each<[string, (text: string) => Uint8Array]>([
    ['as JSON', (text) => Buffer.from(JSON.stringify({ name: text }))],
    ['in base64 of something longer', (text) => Buffer.from(Buffer.from(`{"at":1,"name":"${text}","x":2}`).toString('base64'))],
    ['in hex of something longer', (text) => Buffer.from(Buffer.from(`name=${text};`).toString('hex'))],
    ['in UTF-16', (text) => Buffer.from(`x${text}x`, 'utf16le')],
    ['in CBOR', (text) => encodeCbor([1, { name: text }])],
  ])('the search finds a name written %s, by an encoder that is not its own', (_how, encode) => {
    const { data } = enrolled();
    const name = people[0]!.application.name;
    writeFileSync(join(data, 'log.txt'), encode(name));
    expect(search(data, needlesOf({ name }))).not.toEqual([]);
  });

  it('the search finds what an unboxed column would show, in the database and in its log', async () => {
    const where = enrolled();
    const terminal = reopen(where);
    const { name } = people[0]!.application;
    const db = new Database(join(where.data, 'terminal.db'));
    db.prepare('INSERT INTO used_blank (serial) VALUES (?)').run(name);
    expect(search(where.data, needlesOf({ name }))).toContain('terminal.db-wal: name (raw)');
    db.close();
    await terminal.close();
    expect(search(where.data, needlesOf({ name }))).toContain('terminal.db: name (raw)');
  });
});
