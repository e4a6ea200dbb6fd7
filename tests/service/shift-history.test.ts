import { describe, expect, it } from 'vitest';
import type { OperatorEntry } from '../../src/contract/index.js';
import { history } from '../../src/service/flows/history.js';
import { historyOpen } from '../../src/service/flows/history-open.js';
import { shiftHistoryHours, type Terminal } from '../../src/service/index.js';
import type { Verdict } from '../../src/permit/index.js';
import { start } from '../outbox/fixture.js';
import { clocks, enrolled, entry, passwordOf, pullOperators, reopen, type Place } from './fixture.js';
import { TestRun, operation } from './flows/police-desk.js';

const verdict: Verdict = { result: 'suspended', lines: [{ check: 'dates', result: 'suspended', reason: 'endorsement-overdue' }], permitNumber: '330302202610000429' };
const forged: Verdict = { result: 'forged', lines: [{ check: 'signature', result: 'forged', reason: 'digest' }] };
const hour = 3_600;
const staff = (): Promise<OperatorEntry[]> => Promise.all([entry('p1', 'officer'), entry('p2', 'officer'), entry('a1', 'administrator')]);

const desk = async (where: Place = enrolled()) => {
  const { time, options } = clocks();
  const terminal = reopen(where, { ...options, mode: 'police' });
  await pullOperators(terminal, await staff());
  return { terminal, time, where };
};
const enter = async (terminal: Terminal, id: string): Promise<boolean> => {
  const signed = await terminal.signIn(id, passwordOf(id));
  if (!signed.ok) throw new Error(signed.code);
  return signed.value.localData;
};
const list = async (terminal: Terminal) => {
  const told = await history({ terminal: () => terminal })(new TestRun(), { workflow: 'history' });
  return told.ok ? told.value.lines : told.code;
};
const logged: string[] = [];
const log = { info: (event: string) => void logged.push(event), warn: () => undefined, error: () => undefined, close: () => undefined };
const look = (terminal: Terminal, id: string) => historyOpen({ terminal: () => terminal, log })(new TestRun(), { workflow: 'history-open', id });
const types = ({ outbox }: Terminal): string[] => outbox.pending(99).map(({ type }) => type);

describe('the history of a shift', () => {
  it('is an officer’s own: lines with the number masked, one opened whole, and that is queued', async () => {
    const { terminal, time } = await desk();
    expect(await enter(terminal, 'p1')).toBe(true);
    terminal.history.add(start, verdict, operation);
    terminal.history.add(start + 60, forged, { purpose: 'suspect', place: '南站' });
    time.now += 120;
    const lines = await list(terminal);
    if (typeof lines === 'string') throw new Error(lines);
    expect(lines).toMatchObject([
      { at: start + 60, result: 'forged', maskedNumber: '', purpose: 'suspect', listIssuedAt: null },
      { at: start, result: 'suspended', maskedNumber: '330302********0429', purpose: 'station' },
    ]);
    expect(types(terminal)).toEqual([]);
    expect(await look(terminal, lines[1]?.id ?? '')).toEqual({ ok: true, value: { ...lines[1], permitNumber: '330302202610000429', place: operation.place, by: 'p1', verdict } });
    expect(await look(terminal, lines[0]?.id ?? '')).toMatchObject({ ok: true, value: { permitNumber: null } });
    expect([types(terminal), logged]).toEqual([['check-viewed', 'check-viewed'], ['history opened', 'history opened']]);
    expect(await look(terminal, 'none')).toEqual({ ok: false, code: 'HISTORY_GONE' });
  });

  it('cannot be opened where the look cannot be recorded', async () => {
    const { terminal } = await desk();
    await enter(terminal, 'p1');
    terminal.history.add(start, verdict, operation);
    terminal.outbox.setLimit({ records: 0, bytes: 1_000_000 });
    const lines = await list(terminal);
    expect(await look(terminal, typeof lines === 'string' ? '' : (lines[0]?.id ?? ''))).toEqual({ ok: false, code: 'OUTBOX_FULL' });
  });

  it('goes with the sign-out, stays for the same person behind a locked screen, and ends when somebody else signs in', async () => {
    const { terminal } = await desk();
    await enter(terminal, 'p1');
    terminal.history.add(start, verdict, operation);
    await terminal.signOut({ shiftEnds: false });
    expect(await list(terminal)).toBe('SIGN_IN_REQUIRED');
    await enter(terminal, 'p1');
    expect(await list(terminal)).toHaveLength(1);
    await enter(terminal, 'p2');
    expect(await list(terminal)).toEqual([]);
    terminal.history.add(start, verdict, operation);
    await terminal.signOut();
    expect(terminal.outbox.local.rows()).toBe(0);
    await enter(terminal, 'p2');
    expect(await list(terminal)).toEqual([]);
  });

  it('survives a restart of the service, for the person who made it, and keeps no newcomer out', async () => {
    const { terminal, where } = await desk();
    await enter(terminal, 'p1');
    terminal.history.add(start, verdict, operation);
    await terminal.close();
    const again = reopen(where, { mode: 'police' });
    await enter(again, 'p1');
    expect(await list(again)).toHaveLength(1);
    await again.close();
    const third = reopen(where, { mode: 'police' });
    expect(await enter(third, 'p2')).toBe(true);
    expect([third.outbox.local.rows(), await list(third)]).toEqual([0, []]);
  });

  it('is purged after its hours, also while nobody is signed in and when the terminal is opened', async () => {
    const { terminal, time, where } = await desk();
    await enter(terminal, 'p1');
    terminal.history.add(start, verdict, operation);
    await terminal.signOut({ shiftEnds: false });
    time.now = start + shiftHistoryHours * hour - 1;
    terminal.history.purge();
    expect(terminal.outbox.local.rows()).toBe(1);
    time.now += 1;
    terminal.history.purge();
    expect(terminal.outbox.local.rows()).toBe(0);
    time.now = start;
    await enter(terminal, 'p1');
    terminal.history.add(start, verdict, operation);
    await terminal.close();
    expect(reopen(where, { clock: () => start + shiftHistoryHours * hour }).outbox.local.rows()).toBe(0);
  });

  it('is closed where the local data is, by a code; checks go on', async () => {
    const { terminal } = await desk();
    await enter(terminal, 'p1');
    terminal.outbox.drafts.put('a', 'content', start);
    await terminal.signOut();
    expect(await enter(terminal, 'p2')).toBe(false);
    terminal.history.add(start, verdict, operation);
    expect(await list(terminal)).toBe('LOCAL_DATA_CLOSED');
    expect(terminal.require('read').ok).toBe(true);
  });
});
