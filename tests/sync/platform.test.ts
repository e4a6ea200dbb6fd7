import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeCbor, sealingKeyPair } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { addNotice, addOperator, beginEpoch, blockTerminal, disableOperator, registerBlanks, setRules } from '../../src/platform/index.js';
import { beginOfferedEpoch, certificateDays, enrolTerminal, lookUpPermit, offeredEpoch, openTerminal, syncTerminal, type SyncOptions, type Terminal } from '../../src/service/index.js';
import { enrol, parseEnrolmentCode, storedConfig, type PullItem } from '../../src/sync/index.js';
import { World } from '../platform/fixture.js';
import { person, TestTerminal } from '../platform/terminal.js';
import { failureOf } from './fixture.js';

let world: World;
let baseUrl: string;
let folder: string;
let terminal: Terminal;
/** The terminal's clock; the platform's is the world's. */
let now: number;
const open: Terminal[] = [];

const reopen = (): Terminal => {
  const opened = openTerminal(folder, { clock: () => now });
  open.push(opened);
  return opened;
};
const sync = (options: SyncOptions = {}): Promise<unknown> => syncTerminal(terminal, { divisions: ['330302'], ...options });
/** What became of one pull in a sync that pushed. */
const resultOf = async (item: PullItem, options: SyncOptions = {}): Promise<string> => {
  const synced = await syncTerminal(terminal, { divisions: ['330302'], ...options });
  if (!synced.ok) return `push: ${synced.code}`;
  const result = synced.value.pulled.results[item];
  return typeof result === 'string' ? result : result.code;
};
const codeOfSync = (options: SyncOptions = {}): Promise<string> => failureOf(sync(options));

/** Issue records as the workflow would capture them, with numbers of this terminal's blocks. */
function capture(count: number, from = 1, before: (permitNumber: string) => void = () => undefined): void {
  const maker = new TestTerminal(world.app, () => now);
  maker.seed.set(terminal.identity.seed);
  maker.kcwt = terminal.trust.delegate()?.kcwt ?? new Uint8Array();
  for (let n = from; n < from + count; n++) {
    const reserved = terminal.outbox.numbers.reserve('330302', 2026, 1);
    const serial = terminal.outbox.keySets.serials()[0];
    if (reserved === undefined || serial === undefined) throw new Error('no numbers or blanks');
    maker.nextSequence = reserved.sequence;
    const record = maker.issueRecord(person(n), serial, { index: reserved.statusIndex });
    terminal.outbox.journal.put({ serial, state: 'prepared', permitNumber: record.permitNumber, statusIndex: reserved.statusIndex, sodHash: '', payload: new Uint8Array(), startedAt: now });
    before(record.permitNumber);
    terminal.outbox.journal.complete(serial, record);
  }
}

beforeEach(async () => {
  world = await World.make();
  baseUrl = await world.app.listen({ host: '127.0.0.1', port: 0 });
  now = world.clock.now;
  folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  expect(await enrolTerminal(folder, baseUrl, await world.code(), '一号窗口', { clock: () => now })).toMatchObject({ ok: true });
  terminal = reopen();
  await registerBlanks(world.platform, 12, terminal.identity.terminalId);
  expect(await sync()).toMatchObject({ ok: true, value: { pushed: { records: 0 } } });
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('sync.md 1: enrolment', () => {
  const attempt = (code: string, url = baseUrl): Promise<string> =>
    failureOf(
      enrol({ baseUrl: url, timeoutMs: 5_000, fetch, code, name: 'x', seed: new Uint8Array(randomBytes(32)), boxPublic: sealingKeyPair().publicKey, crypto: nodeCrypto }),
    );

  it('pins the root: a code that vouches for another one is ROOT_MISMATCH', async () => {
    const code = await world.code();
    const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    const last = symbols[(symbols.indexOf(code.at(-1) ?? '0') + 1) % 32] ?? '0';
    expect(await attempt(code.slice(0, -1) + last)).toBe('ROOT_MISMATCH');
  });

  it('a code that is no code, unknown, or used: ENROL_CODE_WRONG', async () => {
    const code = await world.code();
    expect(await attempt('hello')).toBe('ENROL_CODE_WRONG');
    expect(await attempt('0'.repeat(32))).toBe('ENROL_CODE_WRONG');
    expect(await attempt(code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l'))).toBe('done');
    expect(await attempt(code)).toBe('ENROL_CODE_WRONG');
    expect(parseEnrolmentCode('u'.repeat(32))).toBeUndefined();
  });

  it('no platform, or something else in its place', async () => {
    expect(await attempt(await world.code(), 'http://127.0.0.1:9')).toBe('PLATFORM_UNREACHABLE');
  });
});

describe('sync.md 4: push to the platform', () => {
  it('each issue record is applied once and the outbox is empty', async () => {
    capture(5);
    expect(await sync()).toMatchObject({ ok: true, value: { pushed: { records: 5, quarantined: 0 } } });
    expect(await sync()).toMatchObject({ ok: true, value: { pushed: { records: 0 } } });
    expect(world.rows('SELECT * FROM permits')).toHaveLength(5);
    expect(terminal.outbox.counts()).toMatchObject({ pending: 0, acknowledged: 5 });
    expect(terminal.outbox.check().ok).toBe(true);
    expect(terminal.outbox.keySets.serials()).toHaveLength(7);
  });

  it('a lost acknowledgement: pushed again without a second effect', async () => {
    capture(3);
    const losing: typeof fetch = async (input, init) => {
      await (await fetch(input, init)).arrayBuffer();
      throw new TypeError('the connection was cut');
    };
    expect(await codeOfSync({ fetch: losing })).toBe('PLATFORM_UNREACHABLE');
    expect(world.rows('SELECT * FROM permits')).toHaveLength(3);
    expect(terminal.outbox.counts().pending).toBe(3);
    expect(await sync()).toMatchObject({ ok: true, value: { pushed: { records: 3, quarantined: 0 } } });
    expect(world.rows('SELECT * FROM permits')).toHaveLength(3);
  });

  it('a record that the platform refuses is quarantined and delays no other', async () => {
    capture(1, 1);
    terminal.outbox.enqueue({ type: 'revocation', permitNumber: '330302202610009999', status: 1, reason: 'lost', approvedBy: 'b', requestedBy: 'a', at: now });
    capture(1, 2);
    expect(await sync()).toMatchObject({ ok: true, value: { pushed: { records: 3, quarantined: 1 } } });
    expect(terminal.outbox.quarantined()).toMatchObject([{ seq: 2, type: 'revocation' }]);
    expect(world.rows('SELECT * FROM permits')).toHaveLength(2);
  });

  it('a terminal restored from a copy is SYNC_FORK, keeps its records, and goes on in a new epoch', async () => {
    capture(1, 1);
    const backup = mkdtempSync(join(tmpdir(), 'backup-'));
    await terminal.close();
    cpSync(folder, backup, { recursive: true });
    terminal = reopen();
    capture(1, 2);
    expect(await sync()).toMatchObject({ ok: true, value: { pushed: { records: 2 } } });
    await terminal.close();
    cpSync(backup, folder, { recursive: true });
    rmSync(backup, { recursive: true });
    terminal = reopen();
    terminal.outbox.enqueue({ type: 'verification', result: 'valid', reason: 'none', mode: 'police', at: now });
    expect(await codeOfSync()).toBe('SYNC_FORK');
    expect(terminal.outbox.counts().pending).toBe(2);
    expect(await beginEpoch(world.platform, terminal.identity.terminalId)).toEqual({ ok: true, value: { epoch: 2 } });
    expect(beginOfferedEpoch(terminal, 2, 'a')).toMatchObject({ ok: false, code: 'SYNC_EPOCH' });
    expect(await codeOfSync()).toBe('SYNC_EPOCH');
    expect(terminal.outbox.counts()).toMatchObject({ epoch: 1, pending: 2 });
    expect(offeredEpoch(terminal)).toBe(2);
    expect(beginOfferedEpoch(terminal, 2, ' ')).toMatchObject({ ok: false, code: 'INPUT_INVALID' });
    expect(beginOfferedEpoch(terminal, 3, 'a')).toMatchObject({ ok: false, code: 'SYNC_EPOCH' });
    expect(beginOfferedEpoch(terminal, 2, 'a')).toEqual({ ok: true, value: { epoch: 2, pending: 2 } });
    expect(offeredEpoch(terminal)).toBeUndefined();
    expect(await sync()).toMatchObject({ ok: true, value: { pushed: { records: 2, quarantined: 0 } } });
    expect(world.rows('SELECT * FROM permits')).toHaveLength(2);
  });

  it('a restored copy gives no number of an earlier epoch: new blocks come with the new one', async () => {
    const numbers = (): unknown => terminal.outbox.numbers.reserve('330302', 2026, 1);
    const [held] = terminal.outbox.numbers.blocks();
    const lastIndex = terminal.outbox.numbers.delegations()[0]?.last ?? 0;
    await beginEpoch(world.platform, terminal.identity.terminalId);
    terminal.outbox.enqueue({ type: 'verification', result: 'valid', reason: 'none', mode: 'police', at: now });
    expect(await codeOfSync()).toBe('SYNC_EPOCH');
    expect(beginOfferedEpoch(terminal, 2, 'a').ok).toBe(true);
    expect(numbers()).toBeUndefined();
    expect(await sync()).toMatchObject({ ok: true, value: { pulled: { results: { delegation: 'new', 'number-blocks': 'new' } } } });
    expect(numbers()).toEqual({ sequence: (held?.last ?? 0) + 1, statusIndex: lastIndex + 1 });
    capture(1);
    expect(await sync()).toMatchObject({ ok: true, value: { pushed: { records: 1, quarantined: 0 } } });
  });

  it('a restored copy with nothing to push is SYNC_FORK before it is given anything', async () => {
    const backup = mkdtempSync(join(tmpdir(), 'backup-'));
    await terminal.close();
    cpSync(folder, backup, { recursive: true });
    terminal = reopen();
    capture(2);
    expect(await sync()).toMatchObject({ ok: true, value: { pushed: { records: 2 } } });
    await terminal.close();
    cpSync(backup, folder, { recursive: true });
    rmSync(backup, { recursive: true });
    terminal = reopen();
    expect(terminal.outbox.counts().pending).toBe(0);
    expect(await sync()).toMatchObject({ ok: false, code: 'SYNC_FORK', detail: 'a restored copy' });
    await beginEpoch(world.platform, terminal.identity.terminalId);
    expect(await codeOfSync()).toBe('SYNC_EPOCH');
    expect(offeredEpoch(terminal)).toBe(2);
    expect(beginOfferedEpoch(terminal, 2, 'a').ok).toBe(true);
    // Blocks that were held before are given up, those of the new epoch come with the next sync.
    expect(terminal.outbox.numbers.reserve('330302', 2026, 1)).toBeUndefined();
    expect(await sync()).toMatchObject({ ok: true, value: { pulled: { results: { 'number-blocks': 'new' } } } });
    expect(terminal.outbox.numbers.reserve('330302', 2026, 1)).toBeDefined();
  });

  it('a platform that lost what it had acknowledged is SYNC_GAP, and nothing is deleted', async () => {
    await world.app.close();
    await world.platform.close();
    const backup = mkdtempSync(join(tmpdir(), 'backup-'));
    cpSync(world.dir, backup, { recursive: true });
    await world.restart();
    const url = new URL(baseUrl);
    await world.app.listen({ host: '127.0.0.1', port: Number(url.port) });
    capture(2);
    expect((await sync()) as object).toMatchObject({ ok: true });
    await world.app.close();
    await world.platform.close();
    for (const file of ['platform.db', 'platform.db-wal', 'platform.db-shm']) rmSync(join(world.dir, file), { force: true });
    cpSync(backup, world.dir, { recursive: true });
    rmSync(backup, { recursive: true });
    await world.restart();
    await world.app.listen({ host: '127.0.0.1', port: Number(url.port) });
    capture(1, 3);
    expect(await codeOfSync()).toBe('SYNC_GAP');
    expect(terminal.outbox.counts()).toMatchObject({ pending: 1, acknowledged: 2 });
  });

  it('a blocked terminal is told so and keeps its records', async () => {
    capture(1);
    await blockTerminal(world.platform, terminal.identity.terminalId);
    expect(await codeOfSync()).toBe('TERMINAL_BLOCKED');
    expect(terminal.outbox.counts().pending).toBe(1);
  });
});

describe('sync.md 4.1 and 5: ahead of the queue, and what became of a record', () => {
  const loss = (permitNumber: string) => ({ type: 'revocation', permitNumber, status: 1, reason: 'lost', approvedBy: 'b', requestedBy: 'a', at: now }) as const;
  const numberOf = (): string => (world.rows('SELECT permit_number FROM permits')[0] as { permit_number: string }).permit_number;
  const fill = (): void => {
    for (let n = 0; n < 500; n++) terminal.outbox.enqueue({ type: 'verification', result: 'valid', reason: 'none', mode: 'police', at: now });
  };
  const stopped: typeof fetch = (input, init) => (new URL(input instanceof Request ? input.url : input).pathname === '/v1/records' ? Promise.reject(new TypeError('cut')) : fetch(input, init));

  it('a loss is in force before the queue has moved, and has no second effect in its turn', async () => {
    capture(1);
    await sync();
    const number = numberOf();
    fill();
    terminal.outbox.enqueue(loss(number));
    expect(await codeOfSync({ fetch: stopped })).toBe('PLATFORM_UNREACHABLE');
    expect(terminal.outbox.counts().pending).toBe(501);
    expect(await lookUpPermit(terminal, number)).toMatchObject({ ok: true, value: { source: 'platform', facts: { cards: [{ status: 1 }] } } });
    expect(await sync()).toMatchObject({ ok: true, value: { pushed: { records: 501, ahead: 0, quarantined: 0 } } });
    expect(world.rows("SELECT * FROM events WHERE type = 'revocation'")).toHaveLength(1);
  });

  it('a loss whose permit is still in the queue comes in its turn', async () => {
    let number = '';
    capture(1, 1, (captured) => (number = captured));
    fill();
    terminal.outbox.enqueue(loss(number));
    expect(await codeOfSync({ fetch: stopped })).toBe('PLATFORM_UNREACHABLE');
    expect(terminal.outbox.urgent(9)).toHaveLength(1);
    expect(await sync()).toMatchObject({ ok: true, value: { pushed: { records: 502, ahead: 0, quarantined: 0 } } });
    expect(await lookUpPermit(terminal, number)).toMatchObject({ ok: true, value: { facts: { cards: [{ status: 1 }] } } });
  });

  it('what waited in quarantine for its permit is shown as resolved once that came', async () => {
    capture(1, 1, (captured) => {
      terminal.outbox.enqueue(loss(captured));
      fill();
    });
    expect(await sync()).toMatchObject({ ok: true, value: { pushed: { records: 502, batches: 2, quarantined: 1 }, pulled: { results: { 'record-status': 'new' } } } });
    expect(terminal.outbox.quarantined()).toEqual([]);
    expect(terminal.outbox.statuses(1)).toMatchObject([{ seq: 502, type: 'issue', outcome: 'applied' }]);
    expect(terminal.outbox.statuses(502).at(-1)).toMatchObject({ seq: 1, type: 'revocation', outcome: 'resolved' });
  });
});

describe('sync.md 5.1: settings of the real platform', () => {
  it('are pulled, 304 the second time, and pulled anew when they change', async () => {
    expect(terminal.rules().issueDays).toBe(15);
    expect(await resultOf('rules')).toBe('same');
    await setRules(world.platform, { issueDays: 12 });
    await addNotice(world.platform, { id: 'privacy', version: 1, from: '2026-01-01', zh: '告知', en: 'Notice' });
    await addOperator(world.platform, '0101', '王小明', 'supervisor', ['330302'], 'correct horse battery');
    expect(await sync()).toMatchObject({ ok: true, value: { pulled: { failed: [], results: { rules: 'new', notices: 'new', operators: 'new', catalogue: 'same' } } } });
    expect(terminal.rules().issueDays).toBe(12);
    expect(storedConfig(terminal.outbox, 'notices')?.contents).toMatchObject([{ id: 'privacy', en: 'Notice' }]);
    expect(storedConfig(terminal.outbox, 'operators')?.contents).toMatchObject([{ id: '0101', role: 'supervisor', disabled: false }]);
    await disableOperator(world.platform, '0101');
    await sync();
    expect(storedConfig(terminal.outbox, 'operators')?.contents).toMatchObject([{ id: '0101', disabled: true }]);
  });

  it('a permit by its number: on-line its facts, off-line its status with the age of the list', async () => {
    capture(1);
    for (let i = 0; i < 2; i++) await sync();
    const { permit_number: number } = world.rows('SELECT permit_number FROM permits')[0] as { permit_number: string };
    expect(await lookUpPermit(terminal, number)).toMatchObject({ ok: true, value: { source: 'platform', facts: { permitNumber: number, cards: [{ statusIndex: 0, status: 0 }] } } });
    expect(await lookUpPermit(terminal, number, { offline: true })).toMatchObject({ ok: true, value: { source: 'lists', status: 'valid', listAgeSeconds: 0 } });
  });

  it('a certificate is renewed before the longest closure and 7 days would outlive it', async () => {
    const before = certificateDays(terminal).delegation.days ?? 0;
    expect(before).toBeGreaterThanOrEqual(34 - 1);
    now = world.clock.now += (before - 16) * 86_400;
    await terminal.pulled();
    expect(certificateDays(terminal).delegation).toMatchObject({ state: 'warn' });
    expect(await resultOf('delegation')).toBe('new');
    expect(certificateDays(terminal).delegation).toEqual({ days: before, state: 'ok' });
  });
});

describe('sync.md 2: the clock', () => {
  it('a clock a year off is noticed and told, stays so over a restart, and recovers', async () => {
    now = world.clock.now - 31_536_000;
    expect((await sync()) as object).toMatchObject({ ok: true });
    expect(terminal.clock.trustworthy()).toBe(false);
    await terminal.close();
    terminal = reopen();
    expect(terminal.clock.trustworthy()).toBe(false);
    now = world.clock.now;
    await sync();
    expect(terminal.clock.trustworthy()).toBe(true);
  });

  it('a clock set back cannot back-date a capture', () => {
    now -= 100_000;
    terminal.outbox.enqueue({ type: 'verification', result: 'valid', reason: 'none', mode: 'police', at: now });
    expect(terminal.outbox.pending(1)[0]?.capturedAt).toBeGreaterThanOrEqual(world.clock.now);
  });
});

describe('sync.md 5: pull', () => {
  // The status list is made anew when indexes are allotted; where it matters it is compared by itself.
  const held = (): Record<string, unknown> => ({
    trust: terminal.outbox.settings.get('trust'),
    delegations: terminal.outbox.numbers.delegations(),
    blocks: terminal.outbox.numbers.blocks(),
    serials: terminal.outbox.keySets.serials(),
  });

  it('brings all a terminal needs off-line, and 304 the second time', async () => {
    expect(terminal.trust.trustList()?.keys.length).toBeGreaterThan(2);
    expect(terminal.trust.statusList()).toBeDefined();
    expect(terminal.trust.delegate()).toBeDefined();
    expect(terminal.outbox.numbers.blocks()).toHaveLength(1);
    expect(terminal.outbox.keySets.serials()).toHaveLength(12);
    expect(terminal.outbox.settings.get('code-tables')).toBeInstanceOf(Map);
    const statuses: number[] = [];
    const watching: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      statuses.push(response.status);
      return response;
    };
    const before = held();
    expect(await sync({ fetch: watching })).toMatchObject({ ok: true, value: { pulled: { results: { trust: 'same' } } } });
    expect(statuses.filter((status) => status === 304).length).toBeGreaterThanOrEqual(1);
    expect(held()).toEqual(before);
  });

  /** Replaces the answer to one call on its way. */
  const replacing = (path: string, body: Uint8Array | ((original: Uint8Array) => Uint8Array)): typeof fetch => async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.pathname !== path) return fetch(input, init);
    const headers = new Headers(init?.headers);
    headers.delete('if-none-match');
    const response = await fetch(input, { ...init, headers });
    const original = new Uint8Array(await response.arrayBuffer());
    return new Response((typeof body === 'function' ? body(original) : body) as Uint8Array<ArrayBuffer>, { status: 200, headers: response.headers });
  };
  const flipLast = (original: Uint8Array): Uint8Array => {
    const copy = original.slice();
    copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
    return copy;
  };

  it.each([
    ['trust', 'SIGNATURE_INVALID'],
    ['status-list', 'SIGNATURE_INVALID'],
    ['key-sets', 'PLATFORM_ANSWER_INVALID'],
  ] as const)('%s with a flipped bit: %s, and the old stays in force', async (item, code) => {
    const path = `/v1/${item}`;
    await sync();
    const before = { ...held(), status: terminal.outbox.settings.get('status-list') };
    expect(await resultOf(item, { fetch: replacing(path, flipLast) })).toBe(code);
    expect({ ...held(), status: terminal.outbox.settings.get('status-list') }).toEqual(before);
    expect((await sync()) as object).toMatchObject({ ok: true });
  });

  it.each(['trust', 'status-list', 'delegation', 'number-blocks', 'key-sets', 'code-tables'] as const)('%s answered with garbage is refused, and stops no other pull', async (item) => {
    const path = `/v1/${item}`;
    const before = held();
    for (const garbage of [Uint8Array.of(0xff, 1), new Uint8Array(), encodeCbor([1, 2]), encodeCbor(new Map([[1, 1]]))]) {
      expect(['PLATFORM_ANSWER_INVALID', 'PAYLOAD_INVALID', 'SIGNATURE_INVALID']).toContain(await resultOf(item, { fetch: replacing(path, garbage) }));
      const other = item === 'code-tables' ? 'key-sets' : 'code-tables';
      expect(await resultOf(other, { fetch: replacing(path, garbage) })).toBe('same');
    }
    expect(held()).toEqual(before);
  });

  it('a block that was not asked for, or cuts into one that is held, is refused', async () => {
    const block = terminal.outbox.numbers.blocks()[0];
    const answer = (division: string, first: number, last: number): Uint8Array => encodeCbor(new Map<number, unknown>([[1, division], [2, 2026], [3, 1], [4, first], [5, last]]));
    const first = block?.first ?? 0;
    for (const body of [answer('330303', 1, 9), answer('330302', first + 1, first + 900_000), answer('330302', first, first - 1)]) {
      expect(await resultOf('number-blocks', { fetch: replacing('/v1/number-blocks', body) })).toBe('PLATFORM_ANSWER_INVALID');
    }
    expect(terminal.outbox.numbers.blocks()).toEqual([block]);
  });
});
