import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealingKeyPair } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { addNotice, addOperator, beginEpoch, blockTerminal, disableOperator, setRules } from '../../src/platform/index.js';
import { beginOfferedEpoch, certificateDays, lookUpPermit, offeredEpoch, type SyncOptions } from '../../src/service/index.js';
import { enrol, parseEnrolmentCode, storedConfig } from '../../src/sync/index.js';
import { person, TestTerminal } from '../platform/terminal.js';
import { EnrolledTerminal } from './enrolled-terminal.js';
import { failureOf } from './fixture.js';

let hall: EnrolledTerminal;
const codeOfSync = (options: SyncOptions = {}): Promise<string> => failureOf(hall.sync(options));

/** Issue records as the workflow would capture them, with numbers of this terminal's blocks. */
function capture(count: number, from = 1, before: (permitNumber: string) => void = () => undefined): void {
  const maker = new TestTerminal(hall.world.app, () => hall.now);
  maker.seed.set(hall.terminal.identity.seed);
  maker.kcwt = hall.terminal.trust.delegate()?.kcwt ?? new Uint8Array();
  for (let n = from; n < from + count; n++) {
    const reserved = hall.terminal.outbox.numbers.reserve('330302', 2026, 1);
    const serial = hall.terminal.outbox.keySets.serials()[0];
    if (reserved === undefined || serial === undefined) throw new Error('no numbers or blanks');
    maker.nextSequence = reserved.sequence;
    const record = maker.issueRecord(person(n), serial, { index: reserved.statusIndex });
    hall.terminal.outbox.journal.put({ serial, state: 'prepared', permitNumber: record.permitNumber, statusIndex: reserved.statusIndex, sodHash: '', payload: new Uint8Array(), startedAt: hall.now });
    before(record.permitNumber);
    hall.terminal.outbox.journal.complete(serial, record);
  }
}

beforeEach(async () => {
  hall = await EnrolledTerminal.make();
});
afterEach(() => hall.close());

describe('sync.md 1: enrolment', () => {
  const attempt = (code: string, url = hall.baseUrl): Promise<string> =>
    failureOf(
      enrol({ baseUrl: url, timeoutMs: 5_000, fetch, code, name: 'x', seed: new Uint8Array(randomBytes(32)), boxPublic: sealingKeyPair().publicKey, crypto: nodeCrypto }),
    );

  it('pins the root: a code that vouches for another one is ROOT_MISMATCH', async () => {
    const code = await hall.world.code();
    const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    const last = symbols[(symbols.indexOf(code.at(-1) ?? '0') + 1) % 32] ?? '0';
    expect(await attempt(code.slice(0, -1) + last)).toBe('ROOT_MISMATCH');
  });

  it('a code that is no code, unknown, or used: ENROL_CODE_WRONG', async () => {
    const code = await hall.world.code();
    expect(await attempt('hello')).toBe('ENROL_CODE_WRONG');
    expect(await attempt('0'.repeat(32))).toBe('ENROL_CODE_WRONG');
    expect(await attempt(code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l'))).toBe('done');
    expect(await attempt(code)).toBe('ENROL_CODE_WRONG');
    expect(parseEnrolmentCode('u'.repeat(32))).toBeUndefined();
  });

  it('no platform, or something else in its place', async () => {
    expect(await attempt(await hall.world.code(), 'http://127.0.0.1:9')).toBe('PLATFORM_UNREACHABLE');
  });
});

describe('sync.md 4: push to the platform', () => {
  it('each issue record is applied once and the outbox is empty', async () => {
    capture(5);
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pushed: { records: 5, quarantined: 0 } } });
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pushed: { records: 0 } } });
    expect(hall.world.rows('SELECT * FROM permits')).toHaveLength(5);
    expect(hall.terminal.outbox.counts()).toMatchObject({ pending: 0, acknowledged: 5 });
    expect(hall.terminal.outbox.check().ok).toBe(true);
    expect(hall.terminal.outbox.keySets.serials()).toHaveLength(7);
  });

  it('a lost acknowledgement: pushed again without a second effect', async () => {
    capture(3);
    const losing: typeof fetch = async (input, init) => {
      await (await fetch(input, init)).arrayBuffer();
      throw new TypeError('the connection was cut');
    };
    expect(await codeOfSync({ fetch: losing })).toBe('PLATFORM_UNREACHABLE');
    expect(hall.world.rows('SELECT * FROM permits')).toHaveLength(3);
    expect(hall.terminal.outbox.counts().pending).toBe(3);
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pushed: { records: 3, quarantined: 0 } } });
    expect(hall.world.rows('SELECT * FROM permits')).toHaveLength(3);
  });

  it('a record that the platform refuses is quarantined and delays no other', async () => {
    capture(1, 1);
    hall.terminal.outbox.enqueue({ type: 'revocation', permitNumber: '330302202610009999', status: 1, reason: 'lost', approvedBy: 'b', requestedBy: 'a', at: hall.now });
    capture(1, 2);
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pushed: { records: 3, quarantined: 1 } } });
    expect(hall.terminal.outbox.quarantined()).toMatchObject([{ seq: 2, type: 'revocation' }]);
    expect(hall.world.rows('SELECT * FROM permits')).toHaveLength(2);
  });

  it('a terminal restored from a copy is SYNC_FORK, keeps its records, and goes on in a new epoch', async () => {
    capture(1, 1);
    const backup = mkdtempSync(join(tmpdir(), 'backup-'));
    await hall.terminal.close();
    cpSync(hall.folder, backup, { recursive: true });
    hall.terminal = hall.reopen();
    capture(1, 2);
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pushed: { records: 2 } } });
    await hall.terminal.close();
    cpSync(backup, hall.folder, { recursive: true });
    rmSync(backup, { recursive: true });
    hall.terminal = hall.reopen();
    hall.terminal.outbox.enqueue({ type: 'verification', result: 'valid', reason: 'none', mode: 'police', at: hall.now });
    expect(await codeOfSync()).toBe('SYNC_FORK');
    expect(hall.terminal.outbox.counts().pending).toBe(2);
    expect(await beginEpoch(hall.world.platform, hall.terminal.identity.terminalId)).toEqual({ ok: true, value: { epoch: 2 } });
    expect(beginOfferedEpoch(hall.terminal, 2, 'a')).toMatchObject({ ok: false, code: 'SYNC_EPOCH' });
    expect(await codeOfSync()).toBe('SYNC_EPOCH');
    expect(hall.terminal.outbox.counts()).toMatchObject({ epoch: 1, pending: 2 });
    expect(offeredEpoch(hall.terminal)).toBe(2);
    expect(beginOfferedEpoch(hall.terminal, 2, ' ')).toMatchObject({ ok: false, code: 'INPUT_INVALID' });
    expect(beginOfferedEpoch(hall.terminal, 3, 'a')).toMatchObject({ ok: false, code: 'SYNC_EPOCH' });
    expect(beginOfferedEpoch(hall.terminal, 2, 'a')).toEqual({ ok: true, value: { epoch: 2, pending: 2 } });
    expect(offeredEpoch(hall.terminal)).toBeUndefined();
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pushed: { records: 2, quarantined: 0 } } });
    expect(hall.world.rows('SELECT * FROM permits')).toHaveLength(2);
  });

  it('a restored copy gives no number of an earlier epoch: new blocks come with the new one', async () => {
    const numbers = (): unknown => hall.terminal.outbox.numbers.reserve('330302', 2026, 1);
    const [held] = hall.terminal.outbox.numbers.blocks();
    const lastIndex = hall.terminal.outbox.numbers.delegations()[0]?.last ?? 0;
    await beginEpoch(hall.world.platform, hall.terminal.identity.terminalId);
    hall.terminal.outbox.enqueue({ type: 'verification', result: 'valid', reason: 'none', mode: 'police', at: hall.now });
    expect(await codeOfSync()).toBe('SYNC_EPOCH');
    expect(beginOfferedEpoch(hall.terminal, 2, 'a').ok).toBe(true);
    expect(numbers()).toBeUndefined();
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pulled: { results: { delegation: 'new', 'number-blocks': 'new' } } } });
    expect(numbers()).toEqual({ sequence: (held?.last ?? 0) + 1, statusIndex: lastIndex + 1 });
    capture(1);
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pushed: { records: 1, quarantined: 0 } } });
  });

  it('a restored copy with nothing to push is SYNC_FORK before it is given anything', async () => {
    const backup = mkdtempSync(join(tmpdir(), 'backup-'));
    await hall.terminal.close();
    cpSync(hall.folder, backup, { recursive: true });
    hall.terminal = hall.reopen();
    capture(2);
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pushed: { records: 2 } } });
    await hall.terminal.close();
    cpSync(backup, hall.folder, { recursive: true });
    rmSync(backup, { recursive: true });
    hall.terminal = hall.reopen();
    expect(hall.terminal.outbox.counts().pending).toBe(0);
    expect(await hall.sync()).toMatchObject({ ok: false, code: 'SYNC_FORK', detail: 'a restored copy' });
    await beginEpoch(hall.world.platform, hall.terminal.identity.terminalId);
    expect(await codeOfSync()).toBe('SYNC_EPOCH');
    expect(offeredEpoch(hall.terminal)).toBe(2);
    expect(beginOfferedEpoch(hall.terminal, 2, 'a').ok).toBe(true);
    // Blocks that were held before are given up, those of the new epoch come with the next sync.
    expect(hall.terminal.outbox.numbers.reserve('330302', 2026, 1)).toBeUndefined();
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pulled: { results: { 'number-blocks': 'new' } } } });
    expect(hall.terminal.outbox.numbers.reserve('330302', 2026, 1)).toBeDefined();
  });

  it('a platform that lost what it had acknowledged is SYNC_GAP, and nothing is deleted', async () => {
    await hall.world.app.close();
    await hall.world.platform.close();
    const backup = mkdtempSync(join(tmpdir(), 'backup-'));
    cpSync(hall.world.dir, backup, { recursive: true });
    await hall.world.restart();
    const url = new URL(hall.baseUrl);
    await hall.world.app.listen({ host: '127.0.0.1', port: Number(url.port) });
    capture(2);
    expect((await hall.sync()) as object).toMatchObject({ ok: true });
    await hall.world.app.close();
    await hall.world.platform.close();
    for (const file of ['platform.db', 'platform.db-wal', 'platform.db-shm']) rmSync(join(hall.world.dir, file), { force: true });
    cpSync(backup, hall.world.dir, { recursive: true });
    rmSync(backup, { recursive: true });
    await hall.world.restart();
    await hall.world.app.listen({ host: '127.0.0.1', port: Number(url.port) });
    capture(1, 3);
    expect(await codeOfSync()).toBe('SYNC_GAP');
    expect(hall.terminal.outbox.counts()).toMatchObject({ pending: 1, acknowledged: 2 });
  });

  it('a blocked terminal is told so and keeps its records', async () => {
    capture(1);
    await blockTerminal(hall.world.platform, hall.terminal.identity.terminalId);
    expect(await codeOfSync()).toBe('TERMINAL_BLOCKED');
    expect(hall.terminal.outbox.counts().pending).toBe(1);
  });
});

describe('sync.md 4.1 and 5: ahead of the queue, and what became of a record', () => {
  const loss = (permitNumber: string) => ({ type: 'revocation', permitNumber, status: 1, reason: 'lost', approvedBy: 'b', requestedBy: 'a', at: hall.now }) as const;
  const numberOf = (): string => (hall.world.rows('SELECT permit_number FROM permits')[0] as { permit_number: string }).permit_number;
  const fill = (): void => {
    for (let n = 0; n < 500; n++) hall.terminal.outbox.enqueue({ type: 'verification', result: 'valid', reason: 'none', mode: 'police', at: hall.now });
  };
  const stopped: typeof fetch = (input, init) => (new URL(input instanceof Request ? input.url : input).pathname === '/v1/records' ? Promise.reject(new TypeError('cut')) : fetch(input, init));

  it('a loss is in force before the queue has moved, and has no second effect in its turn', async () => {
    capture(1);
    await hall.sync();
    const number = numberOf();
    fill();
    hall.terminal.outbox.enqueue(loss(number));
    expect(await codeOfSync({ fetch: stopped })).toBe('PLATFORM_UNREACHABLE');
    expect(hall.terminal.outbox.counts().pending).toBe(501);
    expect(await lookUpPermit(hall.terminal, number)).toMatchObject({ ok: true, value: { source: 'platform', facts: { cards: [{ status: 1 }] } } });
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pushed: { records: 501, ahead: 0, quarantined: 0 } } });
    expect(hall.world.rows("SELECT * FROM events WHERE type = 'revocation'")).toHaveLength(1);
  });

  it('a loss whose permit is still in the queue comes in its turn', async () => {
    let number = '';
    capture(1, 1, (captured) => (number = captured));
    fill();
    hall.terminal.outbox.enqueue(loss(number));
    expect(await codeOfSync({ fetch: stopped })).toBe('PLATFORM_UNREACHABLE');
    expect(hall.terminal.outbox.urgent(9)).toHaveLength(1);
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pushed: { records: 502, ahead: 0, quarantined: 0 } } });
    expect(await lookUpPermit(hall.terminal, number)).toMatchObject({ ok: true, value: { facts: { cards: [{ status: 1 }] } } });
  });

  it('what waited in quarantine for its permit is shown as resolved once that came', async () => {
    capture(1, 1, (captured) => {
      hall.terminal.outbox.enqueue(loss(captured));
      fill();
    });
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pushed: { records: 502, batches: 2, quarantined: 1 }, pulled: { results: { 'record-status': 'new' } } } });
    expect(hall.terminal.outbox.quarantined()).toEqual([]);
    expect(hall.terminal.outbox.statuses(1)).toMatchObject([{ seq: 502, type: 'issue', outcome: 'applied' }]);
    expect(hall.terminal.outbox.statuses(502).at(-1)).toMatchObject({ seq: 1, type: 'revocation', outcome: 'resolved' });
  });
});

describe('sync.md 5.1: settings of the real platform', () => {
  it('are pulled, 304 the second time, and pulled anew when they change', async () => {
    expect(hall.terminal.rules().issueDays).toBe(15);
    expect(await hall.resultOf('rules')).toBe('same');
    await setRules(hall.world.platform, { issueDays: 12 });
    await addNotice(hall.world.platform, { id: 'privacy', version: 1, from: '2026-01-01', zh: '告知', en: 'Notice' });
    await addOperator(hall.world.platform, '0101', '王小明', 'supervisor', ['330302'], 'correct horse battery');
    expect(await hall.sync()).toMatchObject({ ok: true, value: { pulled: { failed: [], results: { rules: 'new', notices: 'new', operators: 'new', catalogue: 'same' } } } });
    expect(hall.terminal.rules().issueDays).toBe(12);
    expect(storedConfig(hall.terminal.outbox, 'notices')?.contents).toMatchObject([{ id: 'privacy', en: 'Notice' }]);
    expect(storedConfig(hall.terminal.outbox, 'operators')?.contents).toMatchObject([{ id: '0101', role: 'supervisor', disabled: false }]);
    await disableOperator(hall.world.platform, '0101');
    await hall.sync();
    expect(storedConfig(hall.terminal.outbox, 'operators')?.contents).toMatchObject([{ id: '0101', disabled: true }]);
  });

  it('a permit by its number: on-line its facts, off-line its status with the age of the list', async () => {
    capture(1);
    for (let i = 0; i < 2; i++) await hall.sync();
    const { permit_number: number } = hall.world.rows('SELECT permit_number FROM permits')[0] as { permit_number: string };
    expect(await lookUpPermit(hall.terminal, number)).toMatchObject({ ok: true, value: { source: 'platform', facts: { permitNumber: number, cards: [{ statusIndex: 0, status: 0 }] } } });
    expect(await lookUpPermit(hall.terminal, number, { offline: true })).toMatchObject({ ok: true, value: { source: 'lists', status: 'valid', listAgeSeconds: 0 } });
  });

  it('a certificate is renewed before the longest closure and 7 days would outlive it', async () => {
    const before = certificateDays(hall.terminal).delegation.days ?? 0;
    expect(before).toBeGreaterThanOrEqual(34 - 1);
    hall.now = hall.world.clock.now += (before - 16) * 86_400;
    await hall.terminal.pulled();
    expect(certificateDays(hall.terminal).delegation).toMatchObject({ state: 'warn' });
    expect(await hall.resultOf('delegation')).toBe('new');
    expect(certificateDays(hall.terminal).delegation).toEqual({ days: before, state: 'ok' });
  });
});

describe('sync.md 2: the clock', () => {
  it('a clock a year off is noticed and told, stays so over a restart, and recovers', async () => {
    hall.now = hall.world.clock.now - 31_536_000;
    expect((await hall.sync()) as object).toMatchObject({ ok: true });
    expect(hall.terminal.clock.trustworthy()).toBe(false);
    await hall.terminal.close();
    hall.terminal = hall.reopen();
    expect(hall.terminal.clock.trustworthy()).toBe(false);
    hall.now = hall.world.clock.now;
    await hall.sync();
    expect(hall.terminal.clock.trustworthy()).toBe(true);
  });

  it('a clock set back cannot back-date a capture', () => {
    hall.now -= 100_000;
    hall.terminal.outbox.enqueue({ type: 'verification', result: 'valid', reason: 'none', mode: 'police', at: hall.now });
    expect(hall.terminal.outbox.pending(1)[0]?.capturedAt).toBeGreaterThanOrEqual(hall.world.clock.now);
  });
});
