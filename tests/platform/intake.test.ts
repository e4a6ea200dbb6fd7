import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inflateSync } from 'node:zlib';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { encodeCbor, sealTo } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { verifyStatusListToken, type StatusList } from '../../src/permit/index.js';
import { beginEpoch, blockTerminal, findPermit, registerBlanks, revoke, status } from '../../src/platform/index.js';
import { World } from './fixture.js';
import { person, type TestTerminal } from './terminal.js';

let world: World;
beforeEach(async () => {
  world = await World.make();
});
afterEach(() => world.close());

const receipt = (terminal: TestTerminal, response: Awaited<ReturnType<TestTerminal['push']>>): [number, string][] => terminal.receipt(response, world.platform.keys.platform.publicKey);
const statuses = async (terminal: TestTerminal): Promise<StatusList> => {
  const { trust } = await world.platform.trust();
  const response = await terminal.get('/v1/status-list');
  const result = verifyStatusListToken(new Uint8Array(response.rawPayload), trust, nodeCrypto, (b, limit) => inflateSync(b, { maxOutputLength: limit }));
  if (!result.ok) throw new Error(result.reason);
  return result.list;
};
const verification = (at: number) => ({ type: 'verification', result: 'valid', reason: 'ok', mode: 'police', at }) as const;
const revocation = (permitNumber: string, at: number, change: Partial<{ status: 1 | 2; approvedBy: string }> = {}) =>
  ({ type: 'revocation', permitNumber, status: change.status ?? 1, reason: 'lost', requestedBy: 'op-1', approvedBy: change.approvedBy ?? 'op-2', at }) as const;

describe('what an issued permit does', () => {
  it('enters resident, permit, blank and status, once', async () => {
    const { terminal, serials } = await world.terminal();
    const record = terminal.issueRecord(person(1), serials[0] ?? '');
    terminal.capture(record);
    expect((await statuses(terminal)).get(record.statusIndex)).toBe(3);
    expect(receipt(terminal, await terminal.push(1, 1))).toEqual([]);
    expect((await statuses(terminal)).get(record.statusIndex)).toBe(0);
    expect((await statuses(terminal)).get(record.statusIndex + 1)).toBe(3);
    expect(await findPermit(world.platform, record.permitNumber)).toMatchObject({ ok: true, value: { status: 0, duplicate: false } });
    expect(await status(world.platform)).toMatchObject({ residents: 1, permits: 1, applied: 1, quarantined: 0, blanks: { allotted: 4, used: 1 } });
    expect(await terminal.serials()).not.toContain(serials[0]);
    expect(world.rows('select terminal, epoch, seq, outcome from intake_ledger')).toEqual([{ terminal: terminal.id, epoch: 1, seq: 1, outcome: 'applied' }]);
    expect(world.rows('select origin_terminal, origin_seq from permits')).toEqual([{ origin_terminal: terminal.id, origin_seq: 1 }]);
  });

  it('leaves no personal data in clear in any file of the platform', async () => {
    const { terminal, serials } = await world.terminal();
    const who = person(7);
    const record = terminal.issueRecord(who, serials[0] ?? '');
    terminal.capture(record);
    terminal.capture(revocation(record.permitNumber, world.clock.now, { approvedBy: '主管王某' }));
    receipt(terminal, await terminal.push(1, 2));
    await world.platform.close();
    const files = readdirSync(world.dir).map((name) => readFileSync(join(world.dir, name)));
    const secrets = [who.name, who.idNumber, who.address, who.registeredAddress, '13800000000', '主管王某'].map((text) => Buffer.from(text));
    for (const needle of [...secrets, Buffer.from(record.photo.subarray(24, 60)), Buffer.from(who.idNumber, 'utf16le')]) {
      expect(files.some((file) => file.includes(needle))).toBe(false);
    }
    // The search finds what is there in clear: the permit number.
    expect(files.some((file) => file.includes(record.permitNumber))).toBe(true);
    world.platform = await (await import('../../src/platform/index.js')).openPlatform(world.dir);
  });

  it.each([
    ['a changed photo', (r: Issue) => ({ ...r, photo: Uint8Array.from([...r.photo.slice(0, -1), (r.photo.at(-1) ?? 0) ^ 1]) }), 'digest-photo'],
    ['a changed permit', (r: Issue) => ({ ...r, permit: Uint8Array.from([...r.permit.slice(0, -1), (r.permit.at(-1) ?? 0) ^ 1]) }), 'digest-permit'],
    ['another number in the record', (r: Issue) => ({ ...r, permitNumber: '330302202610000170' }), 'number-or-index-differs'],
    ['another person in the application', (r: Issue) => ({ ...r, application: { ...r.application, idNumber: person(9).idNumber } }), 'id-number-differs'],
    ['another name in the application', (r: Issue) => ({ ...r, application: { ...r.application, name: '别人' } }), 'name-differs'],
    ['an unknown blank', (r: Issue) => ({ ...r, serial: '00112233445566778899' }), 'blank-unknown'],
    ['a broken signature', (r: Issue) => ({ ...r, sod: Uint8Array.from([...r.sod.slice(0, -1), (r.sod.at(-1) ?? 0) ^ 1]) }), 'sod-signature'],
  ])('quarantines %s', async (_name, change, detail) => {
    const { terminal, serials } = await world.terminal();
    terminal.capture(change(terminal.issueRecord(person(1), serials[0] ?? '')));
    expect(receipt(terminal, await terminal.push(1, 1))).toEqual([[1, 'RECORD_REFUSED']]);
    expect(world.rows('select code, detail from quarantine')).toEqual([{ code: 'RECORD_REFUSED', detail }]);
    expect(world.rows('select * from permits')).toEqual([]);
  });

  it('refuses a second permit under one number, index or blank, and an index of another terminal', async () => {
    const a = await world.terminal();
    const b = await world.terminal();
    const first = a.terminal.issueRecord(person(1), a.serials[0] ?? '');
    a.terminal.capture(first);
    a.terminal.capture(a.terminal.issueRecord(person(2), a.serials[1] ?? '', { number: first.permitNumber }));
    a.terminal.capture(a.terminal.issueRecord(person(3), a.serials[2] ?? '', { index: first.statusIndex }));
    a.terminal.capture(a.terminal.issueRecord(person(4), a.serials[0] ?? ''));
    a.terminal.capture(a.terminal.issueRecord(person(5), b.serials[0] ?? ''));
    a.terminal.capture(a.terminal.issueRecord(person(6), a.serials[3] ?? '', { index: b.terminal.block[0] }));
    const quarantined = receipt(a.terminal, await a.terminal.push(1, 6));
    expect(quarantined.map(([seq]) => seq)).toEqual([2, 3, 4, 5, 6]);
    expect(world.rows<{ detail: string }>('select detail from quarantine order by seq').map((r) => r.detail)).toEqual([
      'permit-number-used', 'status-index-used', 'blank-used', 'blank-not-allotted', 'delegation-index',
    ]);
  });

  it('keeps a second current permit of a person and flags it, whichever arrives first', async () => {
    const a = await world.terminal();
    const b = await world.terminal();
    b.terminal.nextSequence = 500;
    const older = a.terminal.issueRecord(person(1), a.serials[0] ?? '');
    world.clock.now += 60;
    const newer = b.terminal.issueRecord(person(1), b.serials[0] ?? '');
    b.terminal.capture(newer);
    a.terminal.capture(older);
    expect(receipt(b.terminal, await b.terminal.push(1, 1))).toEqual([]);
    expect(receipt(a.terminal, await a.terminal.push(1, 1))).toEqual([]);
    expect(world.rows('select permit_number as n, duplicate from permits order by issued_at')).toEqual([
      { n: older.permitNumber, duplicate: 0 },
      { n: newer.permitNumber, duplicate: 1 },
    ]);
    expect(world.rows('select current_terminal as t from residents')).toEqual([{ t: b.terminal.id }]);
    expect(world.rows('select 1 from captures')).toHaveLength(2);
    // Cancelling one of them settles it.
    expect(await revoke(world.platform, older.permitNumber, 1, 'decision', 'op-1', 'op-2')).toMatchObject({ ok: true });
    expect(await findPermit(world.platform, newer.permitNumber)).toMatchObject({ value: { duplicate: false } });
  });
});
type Issue = ReturnType<TestTerminal['issueRecord']>;

describe('exactly once', () => {
  it('answers the same batch and overlapping batches without a second effect', async () => {
    const { terminal, serials } = await world.terminal();
    for (let n = 0; n < 3; n++) terminal.capture(terminal.issueRecord(person(n), serials[n] ?? ''));
    terminal.queueSealed('verification', new Uint8Array(100));
    for (let n = 0; n < 3; n++) terminal.capture(verification(world.clock.now));
    const first = receipt(terminal, await terminal.push(1, 4));
    expect(first).toEqual([[4, 'RECORD_UNREADABLE']]);
    expect(receipt(terminal, await terminal.push(1, 4))).toEqual(first);
    await world.restart(terminal);
    expect(receipt(terminal, await terminal.push(2, 7))).toEqual(first);
    expect(receipt(terminal, await terminal.push(1, 7))).toEqual(first);
    expect(await status(world.platform)).toMatchObject({ permits: 3, verifications: 3, records: 7, applied: 6, quarantined: 1 });
  });

  it('applies pushes that arrive at the same moment once', async () => {
    const { terminal } = await world.terminal();
    for (let n = 0; n < 40; n++) terminal.capture(verification(world.clock.now));
    const answers = await Promise.all([terminal.push(1, 40), terminal.push(1, 40), terminal.push(1, 20), terminal.push(1, 30)]);
    expect(answers.map((a) => a.statusCode)).toEqual([200, 200, 200, 200]);
    expect(await status(world.platform)).toMatchObject({ verifications: 40, records: 40 });
  });

  it('lets a poison record at the head delay no other', async () => {
    const { terminal, serials } = await world.terminal();
    const own = sealTo(terminal.platformKey);
    terminal.queueSealed('issue', Uint8Array.from([1, 2, 3]));
    terminal.queueSealed('issue', own.seal(Uint8Array.from([0xff, 0xff])));
    terminal.queueSealed('issue', own.seal(encodeCbor({ type: 'issue' })));
    terminal.queueSealed('issue', own.seal(encodeCbor(verification(1))));
    terminal.queueSealed('verification', own.seal(encodeCbor({ ...verification(1), extra: 1 })));
    terminal.capture({ ...terminal.issueRecord(person(1), serials[0] ?? ''), holder: Uint8Array.from([0xa0]) });
    terminal.capture(terminal.issueRecord(person(2), serials[1] ?? ''));
    expect(receipt(terminal, await terminal.push(1, 7))).toEqual([
      [1, 'RECORD_UNREADABLE'],
      [2, 'RECORD_UNREADABLE'],
      [3, 'RECORD_UNREADABLE'],
      [4, 'RECORD_UNREADABLE'],
      [5, 'RECORD_UNREADABLE'],
      [6, 'RECORD_REFUSED'],
    ]);
    expect(await status(world.platform)).toMatchObject({ permits: 1, quarantined: 6 });
  });
});

describe('the sequence', () => {
  it('names a gap, a fork and a foreign epoch', async () => {
    const { terminal } = await world.terminal();
    for (let n = 0; n < 6; n++) terminal.capture(verification(world.clock.now + n));
    const gap = await terminal.push(3, 4);
    expect([gap.statusCode, gap.json()]).toMatchObject([409, { code: 'SYNC_GAP', expected: 1 }]);
    receipt(terminal, await terminal.push(1, 3));
    expect((await terminal.push(5, 6)).json()).toMatchObject({ code: 'SYNC_GAP', expected: 4 });
    expect((await terminal.post(terminal.batch(4, 4, { epoch: 2 }))).json()).toMatchObject({ code: 'SYNC_EPOCH', epoch: 1 });

    // A terminal restored from a copy: the same numbers, other records.
    const { terminal: other } = await world.terminal();
    for (let n = 0; n < 4; n++) other.capture(verification(n));
    receipt(other, await other.push(1, 3));
    const [kept] = other.queue;
    other.queue.length = 0;
    other.hashes.length = 1;
    if (kept !== undefined) other.queueSealed('verification', kept[4], 7);
    for (let n = 0; n < 4; n++) other.capture(verification(100 + n));
    expect((await other.push(1, 5)).json()).toMatchObject({ code: 'SYNC_FORK' });
    expect((await other.push(4, 5)).json()).toMatchObject({ code: 'SYNC_FORK' });
    expect(await status(world.platform)).toMatchObject({ records: 6 });

    expect(await beginEpoch(world.platform, other.id)).toEqual({ ok: true, value: { epoch: 2 } });
    expect((await other.push(4, 5)).json()).toMatchObject({ code: 'SYNC_EPOCH', epoch: 2 });
  });

  it('refuses a chain that does not hash, foreign signatures and garbage', async () => {
    const { terminal } = await world.terminal();
    for (let n = 0; n < 3; n++) terminal.capture(verification(world.clock.now + n));
    const code = async (body: Uint8Array): Promise<unknown> => {
      const response = await terminal.post(body);
      return [response.statusCode, response.json<{ code: string }>().code];
    };
    expect(await code(terminal.batch(1, 2, { hash: new Uint8Array(32) }))).toEqual([409, 'SEQUENCE_BROKEN']);
    expect(await code(terminal.batch(1, 2, { before: new Uint8Array(32) }))).toEqual([409, 'SEQUENCE_BROKEN']);
    expect(await code(terminal.batch(1, 3, { records: [terminal.queue[0], terminal.queue[2], terminal.queue[1]] as never }))).toEqual([400, 'INPUT_INVALID']);
    expect(await code(terminal.batch(1, 3, { records: terminal.queue.slice(0, 2) }))).toEqual([400, 'INPUT_INVALID']);
    expect(await code(terminal.batch(1, 1, { seed: new Uint8Array(32) }))).toEqual([401, 'REQUEST_SIGNATURE']);
    for (const body of [new Uint8Array(0), Uint8Array.from([0xff]), encodeCbor([]), encodeCbor([1, 2]), encodeCbor([new Uint8Array(3), [1]]), encodeCbor({ a: 1 })]) {
      expect(await code(body)).toEqual([400, 'INPUT_INVALID']);
    }
    expect(await status(world.platform)).toMatchObject({ records: 0 });
  });

  it('answers 413 to too many records and too many bytes', async () => {
    const { terminal } = await world.terminal();
    for (let n = 0; n < 501; n++) terminal.queueSealed('verification', new Uint8Array(10));
    expect((await terminal.push(1, 501)).json()).toMatchObject({ code: 'BATCH_TOO_LARGE' });
    const large = await terminal.post(new Uint8Array(5 * 1024 * 1024));
    expect([large.statusCode, large.json()]).toMatchObject([413, { code: 'BATCH_TOO_LARGE' }]);
    const justTooLarge = await terminal.post(new Uint8Array(4 * 1024 * 1024 + 1));
    expect(justTooLarge.statusCode).toBe(413);
  });

  it('refuses a blocked terminal, and lists its certificates', async () => {
    const { terminal } = await world.terminal();
    terminal.capture(verification(1));
    const before = (await world.platform.trust()).number;
    expect(await blockTerminal(world.platform, terminal.id)).toEqual({ ok: true, value: { trustList: before + 1 } });
    expect((await terminal.push(1, 1)).json()).toMatchObject({ code: 'TERMINAL_BLOCKED' });
    expect((await terminal.get('/v1/trust')).statusCode).toBe(403);
    expect((await terminal.get('/v1/delegation')).statusCode).toBe(403);
    const blocked = await world.platform.storage.terminals.find(terminal.id);
    if (blocked === undefined) throw new Error('the terminal is gone');
    await expect(world.platform.delegation(blocked)).rejects.toMatchObject({ code: 'TERMINAL_BLOCKED' });
    const { trust } = await world.platform.trust();
    expect(trust.blocked).toMatchObject([{ terminal: terminal.id, id: terminal.claims().id }]);
  });
});

describe('revocations and spoiled blanks', () => {
  it('sets the status, needs a second person, and never un-cancels', async () => {
    const { terminal, serials } = await world.terminal();
    const record = terminal.issueRecord(person(1), serials[0] ?? '');
    terminal.capture(record);
    terminal.capture(revocation(record.permitNumber, 5, { approvedBy: 'op-1' }));
    terminal.capture(revocation(record.permitNumber, 6, { status: 2 }));
    expect(receipt(terminal, await terminal.push(1, 3))).toEqual([[2, 'APPROVAL_REQUIRED']]);
    expect((await statuses(terminal)).get(record.statusIndex)).toBe(2);
    terminal.capture(revocation(record.permitNumber, 7));
    terminal.capture(revocation(record.permitNumber, 8, { status: 2 }));
    expect(receipt(terminal, await terminal.push(4, 5))).toEqual([]);
    expect((await statuses(terminal)).get(record.statusIndex)).toBe(1);
    expect(world.rows('select from_status as f, to_status as t from status_changes order by id')).toEqual([{ f: 0, t: 2 }, { f: 2, t: 1 }, { f: 1, t: 1 }]);
    expect(await revoke(world.platform, record.permitNumber, 1, 'lost', 'op-1', ' op-1')).toMatchObject({ ok: false, code: 'APPROVAL_REQUIRED' });
    expect(await revoke(world.platform, '330302202610000170', 1, 'lost', 'op-1', 'op-2')).toMatchObject({ ok: false, code: 'PERMIT_UNKNOWN' });
  });

  it('keeps a revocation that comes before its permit and applies it with the permit', async () => {
    const a = await world.terminal();
    const b = await world.terminal();
    const record = a.terminal.issueRecord(person(1), a.serials[0] ?? '');
    a.terminal.capture(record);
    b.terminal.capture(revocation(record.permitNumber, 5));
    expect(receipt(b.terminal, await b.terminal.push(1, 1))).toEqual([[1, 'PERMIT_UNKNOWN']]);
    await world.restart(a.terminal, b.terminal);
    expect(receipt(a.terminal, await a.terminal.push(1, 1))).toEqual([]);
    expect((await statuses(a.terminal)).get(record.statusIndex)).toBe(1);
    expect(world.rows('select origin_terminal as t from status_changes')).toEqual([{ t: b.terminal.id }]);
    expect(receipt(b.terminal, await b.terminal.push(1, 1))).toEqual([]);
    expect(await status(world.platform)).toMatchObject({ applied: 2, quarantined: 0, statusChanges: 1 });
  });

  it('takes a spoiled blank out of the stock', async () => {
    const { terminal, serials } = await world.terminal(2);
    const spoiled = (serial: string) => ({ type: 'spoiled', serial, reason: 'torn', at: 1 }) as const;
    terminal.capture(spoiled(serials[0] ?? ''));
    terminal.capture(spoiled(serials[0] ?? ''));
    terminal.capture(terminal.issueRecord(person(1), serials[0] ?? ''));
    expect(receipt(terminal, await terminal.push(1, 3))).toEqual([[2, 'RECORD_REFUSED'], [3, 'RECORD_REFUSED']]);
    expect(await terminal.serials()).toEqual([serials[1]]);
    expect(await registerBlanks(world.platform, 0)).toMatchObject({ ok: false, code: 'INPUT_INVALID' });
  });
});
