import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/outbox/index.js';
import type { Terminal } from '../../src/service/index.js';
import { codeOf, start } from '../outbox/fixture.js';
import { applicant } from '../workflows/fixtures.js';
import { enrolled, entry, passwordOf, place, pullOperators, reopen } from './fixture.js';

const serial = '0102030405060708090a';
const half: JournalEntry = { serial, state: 'reserved', permitNumber: '330302202610000429', statusIndex: 7, sodHash: '', payload: Uint8Array.of(1, 2, 3), startedAt: start };
const enter = async (terminal: Terminal, id: string, password = passwordOf(id)) => {
  const signed = await terminal.signIn(id, password);
  return signed.ok ? signed.value.localData : signed.code;
};
const fill = ({ outbox }: Terminal): void => {
  outbox.journal.put(half);
  outbox.drafts.put('a', { name: applicant().name }, start);
  outbox.enqueue({ type: 'registration', voucher: 'DJ-1', application: applicant(), by: 'w1', at: start });
};
const held = ({ outbox }: Terminal) => [outbox.journal.list().length, outbox.drafts.list().length, outbox.ownRecords.list().length];

describe('operators.md 5: who opens the local data', () => {
  it('what the first day wrote is there for the first who signs in, and from then on for nobody without', async () => {
    const where = enrolled();
    const first = reopen(where);
    fill(first);
    await pullOperators(first, [await entry('w1', 'operator')]);
    expect(codeOf(() => held(first))).toBe('SIGN_IN_REQUIRED');
    expect(await enter(first, 'w1')).toBe(true);
    expect(held(first)).toEqual([1, 1, 1]);
    const restarted = reopen(where);
    expect(codeOf(() => held(restarted))).toBe('SIGN_IN_REQUIRED');
    expect(await enter(restarted, 'w1')).toBe(true);
    expect(held(restarted)).toEqual([1, 1, 1]);
  });

  it('a colleague joins while it is open, or empty; beside closed data a newcomer works without it until then', async () => {
    const where = enrolled();
    const terminal = reopen(where);
    const staff = await Promise.all([entry('w1', 'operator'), entry('w2', 'operator'), entry('w3', 'operator')]);
    await pullOperators(terminal, staff);
    expect(await enter(terminal, 'w1')).toBe(true);
    await terminal.signOut();
    // Empty: nothing to protect.
    expect(await enter(terminal, 'w2')).toBe(true);
    fill(terminal);
    await terminal.signOut();
    expect(await enter(terminal, 'w3')).toBe(false);
    expect(terminal.session).toMatchObject({ id: 'w3', localData: false });
    expect(codeOf(() => terminal.outbox.journal.list())).toBe('SIGN_IN_REQUIRED');
    expect(terminal.outbox.enqueue({ type: 'registration', voucher: 'DJ-2', application: applicant(2), by: 'w3', at: start })).toBe(2);
    // The first to sign in here still can, and lets the newcomer in.
    expect(await enter(terminal, 'w1')).toBe(true);
    expect(await enter(terminal, 'w3')).toBe(true);
    await terminal.signOut();
    for (const id of ['w1', 'w2', 'w3']) {
      const restarted = reopen(where);
      expect(await enter(restarted, id)).toBe(true);
      expect(held(restarted)).toEqual([1, 1, 1]);
    }
  });

  it('who left, or has a new password, is shed when the key is made anew; the others keep their way in', async () => {
    const where = enrolled();
    const terminal = reopen(where);
    const staff = await Promise.all([entry('w1', 'operator'), entry('w2', 'operator')]);
    await pullOperators(terminal, staff);
    expect(await enter(terminal, 'w1')).toBe(true);
    expect(await enter(terminal, 'w2')).toBe(true);
    fill(terminal);
    const changed = [staff[0], await entry('w2', 'operator', { verifier: (await entry('new', 'operator')).verifier })];
    await pullOperators(terminal, changed);
    await terminal.signOut();
    expect(await enter(terminal, 'w2')).toBe('OPERATOR_PASSWORD_WRONG');
    expect(await enter(terminal, 'w2', passwordOf('new'))).toBe(false);
    expect(await enter(terminal, 'w1')).toBe(true);
    expect(held(terminal)).toEqual([1, 1, 1]);
    expect(await enter(terminal, 'w2', passwordOf('new'))).toBe(true);
    expect(held(terminal)).toEqual([1, 1, 1]);
  });

  it('data that nobody can open any more is given up by a supervisor: blanks accounted for, queue untouched', async () => {
    const terminal = reopen(enrolled());
    const staff = await Promise.all([entry('w1', 'operator'), entry('w2', 'operator'), entry('s1', 'supervisor')]);
    await pullOperators(terminal, staff);
    expect(await enter(terminal, 'w1')).toBe(true);
    fill(terminal);
    expect(terminal.operators.discardLocalData()).toMatchObject({ code: 'ROLE_REQUIRED' });
    await terminal.signOut();
    expect(terminal.operators.discardLocalData()).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    await pullOperators(terminal, staff.slice(1));
    expect(await enter(terminal, 'w2')).toBe(false);
    expect(terminal.operators.discardLocalData()).toMatchObject({ code: 'ROLE_REQUIRED' });
    expect(await enter(terminal, 's1')).toBe(false);
    expect(terminal.operators.discardLocalData()).toEqual({ ok: true, value: 1 });
    expect(terminal.session?.localData).toBe(true);
    expect(held(terminal)).toEqual([0, 0, 0]);
    expect(terminal.outbox.pending(10).map(({ type }) => type)).toEqual(['registration', 'spoiled']);
    expect(terminal.operators.discardLocalData()).toMatchObject({ code: 'STATE_NOT_ALLOWED' });
    terminal.outbox.drafts.put('b', 1, start);
    await terminal.signOut();
    expect(await enter(terminal, 's1')).toBe(true);
    expect(terminal.outbox.drafts.list()).toHaveLength(1);
  });

  it('two programs on one terminal: the key that the first sign-in replaced is of no use to the other', async () => {
    const where = enrolled();
    const [one, other] = [reopen(where), reopen(where)];
    one.outbox.drafts.put('a', 1, start);
    await pullOperators(one, [await entry('w1', 'operator')]);
    expect(await enter(one, 'w1')).toBe(true);
    expect(codeOf(() => other.outbox.drafts.put('b', 2, start))).toBe('SIGN_IN_REQUIRED');
    expect(await enter(other, 'w1')).toBe(true);
    expect(other.outbox.drafts.list()).toHaveLength(1);
  });
});

describe('operators.md 4: keys at rest', () => {
  it('a copied data folder opens nothing without the key store; on its own machine it opens', () => {
    const where = enrolled();
    const terminal = reopen(where);
    terminal.outbox.settings.put({ trust: 1 });
    const copy = join(place().data, 'copy');
    cpSync(where.data, copy, { recursive: true });
    expect(codeOf(() => reopen({ ...where, data: copy }))).toBe('KEYSTORE_UNAVAILABLE');
    expect(codeOf(() => reopen({ ...where, data: copy }, { keyStoreDirectory: place().keyStore }))).toBe('KEYSTORE_UNAVAILABLE');
    // Another machine's key.
    expect(codeOf(() => reopen({ ...where, data: copy }, { keyStoreDirectory: enrolled().keyStore }))).toBe('KEYSTORE_UNAVAILABLE');
    expect(reopen({ ...where, data: copy }, { keyStoreDirectory: where.keyStore }).outbox.settings.get('trust')).toBe(1);
  });

  it('terminal.json names no key, and says where a demonstration keeps its key store', () => {
    const { data } = enrolled();
    const file = JSON.parse(readFileSync(join(data, 'terminal.json'), 'utf8')) as Record<string, unknown>;
    expect(Object.keys(file).sort()).toEqual(['baseUrl', 'environment', 'keyStore', 'name', 'platformSealing', 'root', 'terminalId', 'version', 'wrapped']);
    expect(file['keyStore']).toBe('../key-store');
  });
});
