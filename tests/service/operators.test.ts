import { describe, expect, it } from 'vitest';
import { argon2Verify } from 'hash-wasm';
import { passwordMatches, passwordVerifier, verifierOfNobody } from '../../src/node-crypto/index.js';
import type { Outcome } from '../../src/contract/index.js';
import { CounterDesk, type Terminal } from '../../src/service/index.js';
import { permitNumber } from '../../src/permit/index.js';
import { start } from '../outbox/fixture.js';
import { clocks, day, enrolled, entry, passwordOf, pullOperators, reopen } from './fixture.js';

const codeOf = (outcome: Outcome<unknown>): string => (outcome.ok ? 'ok' : outcome.code);
const signIn = async (terminal: Terminal, id: string, password = passwordOf(id)): Promise<string> => codeOf(await terminal.signIn(id, password));
const staff = () => Promise.all([entry('w1', 'operator'), entry('w2', 'operator'), entry('s1', 'supervisor'), entry('o1', 'officer'), entry('a1', 'administrator')]);

/** A terminal with staff, two clocks, and a way to open it again. */
const counter = async (lockout = { tries: 3, seconds: 900 }) => {
  const where = enrolled();
  const { time, options } = clocks();
  const terminal = reopen(where, options);
  await pullOperators(terminal, await staff(), start, { lockout });
  return { where, time, terminal, options, again: (): Terminal => reopen(where, options) };
};

describe('operators.md 1: signing in', () => {
  it('a terminal without operators works as it is: nobody signs in, and nobody could', async () => {
    const terminal = reopen(enrolled());
    expect(terminal.require('issue')).toEqual({ ok: true, value: undefined });
    expect(terminal.outbox.journal.list()).toEqual([]);
    expect(await signIn(terminal, 'w1')).toBe('OPERATOR_UNKNOWN');
  });

  it('once operators are pulled, nothing is done or read before somebody signs in', async () => {
    const { terminal } = await counter();
    expect(terminal.require('issue')).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    expect(() => terminal.outbox.journal.list()).toThrow('SIGN_IN_REQUIRED');
    expect(await terminal.issue({}, new Uint8Array())).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    expect(await terminal.signIn('w1', passwordOf('w1'))).toEqual({ ok: true, value: { id: 'w1', name: '测试员w1', role: 'operator', localData: true } });
    expect(terminal.outbox.journal.list()).toEqual([]);
    await terminal.signOut();
    expect(terminal.session).toBeUndefined();
    expect(terminal.require('verify')).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    expect(() => terminal.outbox.drafts.list()).toThrow('SIGN_IN_REQUIRED');
  });

  it('names what is wrong: the number, the password, a disabled account; the last only to who knows the password', async () => {
    const { terminal } = await counter();
    await pullOperators(terminal, [await entry('w1', 'operator'), await entry('gone', 'operator', { disabled: true })]);
    expect(await signIn(terminal, 'nobody')).toBe('OPERATOR_UNKNOWN');
    expect(await signIn(terminal, 'w1', 'wrong')).toBe('OPERATOR_PASSWORD_WRONG');
    expect(await signIn(terminal, 'w1', '')).toBe('OPERATOR_PASSWORD_WRONG');
    expect(await signIn(terminal, 'gone', 'wrong')).toBe('OPERATOR_PASSWORD_WRONG');
    expect(await signIn(terminal, 'gone')).toBe('OPERATOR_DISABLED');
    expect(terminal.session).toBeUndefined();
  });

  it('takes a verifier as the platform makes it', async () => {
    const { terminal } = await counter();
    await pullOperators(terminal, [await entry('w1', 'operator', { verifier: await passwordVerifier('正确的口令 1') })]);
    expect(await signIn(terminal, 'w1', '正确的口令 1')).toBe('ok');
  });

  it('an unknown number costs one verification: its verifier is a real one that nothing matches', async () => {
    expect(await passwordMatches('', verifierOfNobody)).toBe(false);
    // passwordMatches takes a verifier that is none for a mismatch at no cost; this asks the library itself.
    await expect(argon2Verify({ password: 'x', hash: verifierOfNobody })).resolves.toBe(false);
    const parameters = (verifier: string) => verifier.split('$').slice(1, 4);
    expect(parameters(verifierOfNobody)).toEqual(parameters(await passwordVerifier('x')));
  });

  it('is stale when the last pull is older than the rules allow, and works again after a sync', async () => {
    const { terminal, time } = await counter();
    time.now = start + 7 * day;
    expect(await signIn(terminal, 'w1')).toBe('ok');
    await terminal.signOut();
    time.now += 1;
    expect(await signIn(terminal, 'w1')).toBe('OPERATORS_STALE');
    await pullOperators(terminal, await staff(), time.now, { operatorOfflineDays: 1 });
    expect(await signIn(terminal, 'w1')).toBe('ok');
    time.now += day + 1;
    expect(await signIn(terminal, 'w1')).toBe('OPERATORS_STALE');
  });

  it('a clock set back does not make the list young again, nor after a restart; the signed time of the platform counts too', async () => {
    const { terminal, time, again } = await counter();
    time.now = start + 8 * day;
    expect(await signIn(terminal, 'w1')).toBe('OPERATORS_STALE');
    time.now = start + day;
    expect(await signIn(terminal, 'w1')).toBe('OPERATORS_STALE');
    expect(await signIn(again(), 'w1')).toBe('OPERATORS_STALE');
    // A clock that was wrong and is corrected does no lasting harm: the next pull begins anew.
    await pullOperators(terminal, await staff(), start + day + 1);
    expect(await signIn(terminal, 'w1')).toBe('ok');
    terminal.outbox.boundTime(start + 30 * day);
    expect(await signIn(terminal, 'w1')).toBe('OPERATORS_STALE');
  });

  it('a pull that disables or removes who is signed in, or changes the role, ends the session; the same entry does not', async () => {
    const { terminal } = await counter();
    const list = await staff();
    await pullOperators(terminal, list);
    for (const change of [list.filter(({ id }) => id !== 'w1'), list.map((each) => ({ ...each, disabled: each.id === 'w1' })), list.map((each) => ({ ...each, role: 'officer' as const }))]) {
      await pullOperators(terminal, list);
      expect(await signIn(terminal, 'w1')).toBe('ok');
      await pullOperators(terminal, list);
      expect(terminal.session?.id).toBe('w1');
      await pullOperators(terminal, change);
      expect(terminal.session).toBeUndefined();
      expect(terminal.outbox.local.locked).toBe(true);
    }
  });

  it('a terminal whose operators are all gone does not fall back to working without a sign-in', async () => {
    const { terminal, again } = await counter();
    expect(await signIn(terminal, 'w1')).toBe('ok');
    await pullOperators(terminal, []);
    expect(again().require('issue')).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
  });
});

describe('operators.md 1.2: lock-out', () => {
  const wrong = async (terminal: Terminal, times: number): Promise<string[]> => {
    const codes: string[] = [];
    for (let n = 0; n < times; n += 1) codes.push(await signIn(terminal, 'w1', `wrong ${n}`));
    return codes;
  };

  it('after so many wrong passwords, for so long, also for the right one and over a restart; nobody else is locked', async () => {
    const { terminal, time, again } = await counter();
    expect(await wrong(terminal, 4)).toEqual(['OPERATOR_PASSWORD_WRONG', 'OPERATOR_PASSWORD_WRONG', 'OPERATOR_LOCKED', 'OPERATOR_LOCKED']);
    expect(await terminal.signIn('w1', passwordOf('w1'))).toEqual({ ok: false, code: 'OPERATOR_LOCKED', detail: '900 s' });
    expect(await signIn(again(), 'w1')).toBe('OPERATOR_LOCKED');
    expect(await signIn(terminal, 'w2')).toBe('ok');
    time.now += 899;
    time.monotonic += 899;
    expect(await signIn(again(), 'w1')).toBe('OPERATOR_LOCKED');
    time.now += 1;
    time.monotonic += 1;
    expect(await signIn(again(), 'w1')).toBe('ok');
    expect(await signIn(terminal, 'w1')).toBe('ok');
  });

  it('counts over a restart, and from the beginning after the right password or an ended lock', async () => {
    const { terminal, time, again } = await counter();
    expect(await wrong(terminal, 2)).not.toContain('OPERATOR_LOCKED');
    expect(await signIn(again(), 'w1', 'wrong')).toBe('OPERATOR_LOCKED');
    time.now += 900;
    time.monotonic += 900;
    expect(await wrong(terminal, 2)).toEqual(['OPERATOR_PASSWORD_WRONG', 'OPERATOR_PASSWORD_WRONG']);
    expect(await signIn(terminal, 'w1')).toBe('ok');
    expect(await wrong(terminal, 2)).toEqual(['OPERATOR_PASSWORD_WRONG', 'OPERATOR_PASSWORD_WRONG']);
  });

  it('is counted before the password is looked at: tries at the same time are tries', async () => {
    const { terminal } = await counter();
    const codes = await Promise.all(Array.from({ length: 6 }, (_, n) => signIn(terminal, 'w1', `wrong ${n}`)));
    expect(codes.filter((code) => code === 'OPERATOR_PASSWORD_WRONG')).toHaveLength(2);
    expect(codes.filter((code) => code === 'OPERATOR_LOCKED')).toHaveLength(4);
  });

  it('a clock set back does not shorten it, and does not stretch it beyond its length from then', async () => {
    const { terminal, time, again } = await counter();
    await wrong(terminal, 3);
    time.now -= 365 * day;
    expect(await signIn(terminal, 'w1')).toBe('OPERATOR_LOCKED');
    const restarted = again();
    time.now += 899;
    expect(await signIn(restarted, 'w1')).toBe('OPERATOR_LOCKED');
    time.now += 1;
    expect(await signIn(restarted, 'w1')).toBe('ok');
  });

  it('a clock set back and right again does not shorten it, nor with a restart between', async () => {
    const { terminal, time, again } = await counter();
    await wrong(terminal, 3);
    time.now -= 365 * day;
    expect(await signIn(terminal, 'w1')).toBe('OPERATOR_LOCKED');
    time.now += 365 * day + 899;
    expect(await signIn(again(), 'w1')).toBe('OPERATOR_LOCKED');
    time.now += 1;
    expect(await signIn(again(), 'w1')).toBe('ok');
  });

  it('a clock set forward does not end it in the program that locked', async () => {
    const { terminal, time } = await counter();
    await wrong(terminal, 3);
    time.now += day;
    expect(await signIn(terminal, 'w1')).toBe('OPERATOR_LOCKED');
    time.monotonic += 900;
    expect(await signIn(terminal, 'w1')).toBe('ok');
  });

  it('a supervisor or an administrator ends it, nobody else', async () => {
    const { terminal } = await counter();
    await wrong(terminal, 3);
    expect(terminal.operators.unlock('w1')).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    for (const [id, code] of [['w2', 'ROLE_REQUIRED'], ['o1', 'ROLE_REQUIRED']] as const) {
      expect(await signIn(terminal, id)).toBe('ok');
      expect(codeOf(terminal.operators.unlock('w1'))).toBe(code);
    }
    expect(await signIn(terminal, 's1')).toBe('ok');
    expect(terminal.operators.unlock('w1')).toEqual({ ok: true, value: true });
    expect(terminal.operators.unlock('w1')).toEqual({ ok: true, value: false });
    expect(await signIn(terminal, 'w1')).toBe('ok');
  });
});

describe('operators.md 2 and 3: roles and the second person', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['w1', ['issue', 'endorse', 'move', 'replace', 'suspend', 'cancel', 'reconcile', 'verify'], ['unlock', 'administer', 'discard-local-data']],
    ['s1', ['issue', 'correct', 'cancel', 'unlock', 'discard-local-data'], ['administer']],
    ['o1', ['verify', 'read', 'look-up', 'card-return'], ['issue', 'endorse', 'cancel', 'stock', 'unlock']],
    ['a1', ['administer', 'unlock', 'stock'], ['issue', 'endorse', 'cancel', 'read']],
  ])('%s', async (id, allowed, refused) => {
    const { terminal } = await counter();
    expect(await signIn(terminal, id)).toBe('ok');
    const ask = (task: string) => codeOf(terminal.require(task as Parameters<Terminal['require']>[0]));
    expect(allowed.map(ask)).toEqual(allowed.map(() => 'ok'));
    expect(refused.map(ask)).toEqual(refused.map(() => 'ROLE_REQUIRED'));
  });

  it('the methods of the terminal ask for the role themselves', async () => {
    const { terminal } = await counter();
    const revoke = async (status: 0 | 1 | 2) => codeOf(await new CounterDesk(terminal).changeStatus({ permitNumber: permitNumber({ division6: '330302', year: 2026, kind: 1, sequence: 42 }), status, reason: 'left', approvedBy: 's1' }, 'w1'));
    expect([await revoke(0), await revoke(1), codeOf(await terminal.spoil('00', 'x')), codeOf(await terminal.resume())]).toEqual(Array(4).fill('SIGN_IN_REQUIRED'));
    await signIn(terminal, 'o1');
    expect([await revoke(2), codeOf(await terminal.issue({}, new Uint8Array()))]).toEqual(['ROLE_REQUIRED', 'ROLE_REQUIRED']);
    expect(terminal.outbox.counts().pending).toBe(0);
    await signIn(terminal, 'w1');
    expect(await revoke(1)).toBe('ok');
  });

  it('another person whose role may approve, with the own password', async () => {
    const { terminal } = await counter();
    const approve = async (id: string, password = passwordOf(id)) => codeOf(await terminal.approve('cancel', id, password));
    expect(await approve('s1')).toBe('SIGN_IN_REQUIRED');
    await signIn(terminal, 'w1');
    expect(await terminal.approve('cancel', 's1', passwordOf('s1'))).toEqual({ ok: true, value: { task: 'cancel', requestedBy: 'w1', approvedBy: 's1', at: start } });
    expect(await approve('a1')).toBe('ok');
    expect(await approve('w1')).toBe('APPROVAL_REQUIRED');
    expect(await approve('w2')).toBe('APPROVAL_REQUIRED');
    expect(await approve('o1')).toBe('APPROVAL_REQUIRED');
    expect(await approve('nobody')).toBe('OPERATOR_UNKNOWN');
    expect(await approve('s1', 'wrong')).toBe('OPERATOR_PASSWORD_WRONG');
    expect(terminal.session?.id).toBe('w1');
    await signIn(terminal, 's1');
    expect(await approve('s1')).toBe('APPROVAL_REQUIRED');
    await signIn(terminal, 'o1');
    expect(await approve('s1')).toBe('ROLE_REQUIRED');
  });

  it('guessing at an approval locks as guessing at a sign-in does', async () => {
    const { terminal } = await counter();
    await signIn(terminal, 'w1');
    for (let n = 0; n < 3; n += 1) await terminal.approve('cancel', 's1', 'wrong');
    expect(codeOf(await terminal.approve('cancel', 's1', passwordOf('s1')))).toBe('OPERATOR_LOCKED');
    expect(await signIn(terminal, 's1')).toBe('OPERATOR_LOCKED');
  });
});
