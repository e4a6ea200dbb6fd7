import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeCbor, parseSign1, verifySign1 } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { beginEpoch, findPermit, status } from '../../src/platform/index.js';
import { World } from './fixture.js';
import { person, type QueuedRecord, type TestTerminal } from './terminal.js';

let world: World;
beforeEach(async () => {
  world = await World.make();
});
afterEach(() => world.close());

const receipt = (terminal: TestTerminal, response: Awaited<ReturnType<TestTerminal['push']>>): [number, string][] => terminal.receipt(response, world.platform.keys.platform.publicKey);
const ahead = async (terminal: TestTerminal, body: Uint8Array): Promise<unknown> => {
  const response = await terminal.post(body, '/v1/advance');
  if (response.statusCode !== 200) return [response.statusCode, response.json<{ code: string }>().code];
  const signed = parseSign1(new Uint8Array(response.rawPayload));
  if (signed.typ !== 'wz-advanced' || !verifySign1(signed, world.platform.keys.platform.publicKey, nodeCrypto.ed25519)) throw new Error('answer does not verify');
  const map = decodeCbor(signed.payload) as Map<number, unknown>;
  expect([map.get(1), map.get(2), map.get(3)]).toEqual([terminal.id, terminal.epoch, world.clock.now]);
  return map.get(4);
};
const lost = (permitNumber: string, at: number) => ({ type: 'revocation', permitNumber, status: 1, reason: 'lost', requestedBy: 'op-1', approvedBy: 'op-2', at }) as const;
const verification = (at: number) => ({ type: 'verification', result: 'valid', reason: 'ok', mode: 'police', at }) as const;
const changes = (): unknown[] => world.rows('select origin_seq as seq from status_changes order by id');

describe('ahead of the queue', () => {
  it('takes a loss at once, remembers it, and gives it no second effect in its place', async () => {
    const a = await world.terminal(2);
    const { terminal: b } = await world.terminal(0);
    const { permitNumber } = a.terminal.issueRecord(person(1), a.serials[0] ?? '');
    a.terminal.capture(a.terminal.issueRecord(person(1), a.serials[0] ?? '', { number: permitNumber }));
    expect(receipt(a.terminal, await a.terminal.push(1, 1))).toEqual([]);
    for (let n = 0; n < 3; n++) b.capture(verification(n));
    b.capture(lost(permitNumber, world.clock.now));
    expect(await ahead(b, b.advanceBody([4]))).toEqual([[4, null]]);
    expect(await findPermit(world.platform, permitNumber)).toMatchObject({ value: { status: 1 } });
    expect(await ahead(b, b.advanceBody([4]))).toEqual([[4, null]]);
    expect(receipt(b, await b.push(1, 4))).toEqual([]);
    expect(changes()).toEqual([{ seq: 4 }]);
    expect(await ahead(b, b.advanceBody([4]))).toEqual([[4, null]]);
    expect(changes()).toEqual([{ seq: 4 }]);
    expect(await status(world.platform)).toMatchObject({ records: 5, applied: 5, repeated: 0 });
  });

  it('forgets one that needs a record of the queue, which then takes effect in its turn', async () => {
    const { terminal, serials } = await world.terminal(2);
    const issue = terminal.issueRecord(person(1), serials[0] ?? '');
    terminal.capture(issue);
    terminal.capture(lost(issue.permitNumber, world.clock.now));
    terminal.capture({ ...lost(issue.permitNumber, world.clock.now), approvedBy: 'op-1' });
    expect(await ahead(terminal, terminal.advanceBody([2, 3]))).toEqual([[2, 'PERMIT_UNKNOWN'], [3, 'APPROVAL_REQUIRED']]);
    expect(world.rows('select seq, outcome from advances')).toEqual([{ seq: 3, outcome: 'quarantined' }]);
    expect(receipt(terminal, await terminal.push(1, 3))).toEqual([[3, 'APPROVAL_REQUIRED']]);
    expect(changes()).toEqual([{ seq: 2 }]);
  });

  it('is a fork when a number has other content than what was sent ahead or received', async () => {
    const { terminal, serials } = await world.terminal(2);
    const issue = terminal.issueRecord(person(1), serials[0] ?? '');
    terminal.capture(issue);
    receipt(terminal, await terminal.push(1, 1));
    terminal.capture(lost(issue.permitNumber, world.clock.now));
    const kept = terminal.queue[1] as QueuedRecord;
    expect(await ahead(terminal, terminal.advanceBody([2]))).toEqual([[2, null]]);
    terminal.queue.length = 1;
    terminal.hashes.length = 2;
    terminal.capture(lost(issue.permitNumber, world.clock.now));
    expect(await ahead(terminal, terminal.advanceBody([2]))).toEqual([409, 'SYNC_FORK']);
    expect((await terminal.push(2, 2)).json()).toMatchObject({ code: 'SYNC_FORK' });
    const one = terminal.queue[1] as QueuedRecord;
    expect(await ahead(terminal, terminal.advanceBody([], { records: [[1, 'revocation', 0, one[3], one[4]]] }))).toEqual([409, 'SYNC_FORK']);
    terminal.queue.length = 1;
    terminal.hashes.length = 2;
    terminal.queueSealed(kept[1], kept[4], 0);
    expect(receipt(terminal, await terminal.push(2, 2))).toEqual([]);
    expect(changes()).toEqual([{ seq: 2 }]);
  });

  it('refuses another epoch, a foreign hand, another digest, and what has no priority 0', async () => {
    const { terminal } = await world.terminal(0);
    terminal.capture(verification(1));
    terminal.capture(lost('330302202610000170', 1));
    terminal.capture(lost('330302202610000170', 2));
    expect(await ahead(terminal, terminal.advanceBody([1]))).toEqual([400, 'INPUT_INVALID']);
    expect(await ahead(terminal, terminal.advanceBody([2], { epoch: 2 }))).toEqual([409, 'SYNC_EPOCH']);
    expect(await ahead(terminal, terminal.advanceBody([2], { seed: new Uint8Array(32) }))).toEqual([401, 'REQUEST_SIGNATURE']);
    expect(await ahead(terminal, terminal.advanceBody([2], { digest: new Uint8Array(32) }))).toEqual([400, 'INPUT_INVALID']);
    expect(await ahead(terminal, terminal.advanceBody([3, 2]))).toEqual([400, 'INPUT_INVALID']);
    expect(await ahead(terminal, terminal.advanceBody([2, 3]))).toEqual([[2, 'PERMIT_UNKNOWN'], [3, 'PERMIT_UNKNOWN']]);
  });
});

describe('the same content again', () => {
  it('has no second effect in a new epoch, and is answered as it was', async () => {
    const { terminal, serials } = await world.terminal(3);
    const issue = terminal.issueRecord(person(1), serials[0] ?? '');
    terminal.capture(issue);
    terminal.queueSealed('verification', new Uint8Array(90));
    terminal.capture(lost('330302202610000170', 7));
    for (let n = 0; n < 2; n++) terminal.capture(verification(n));
    expect(receipt(terminal, await terminal.push(1, 4))).toEqual([[2, 'RECORD_UNREADABLE'], [3, 'PERMIT_UNKNOWN']]);
    terminal.capture(lost(issue.permitNumber, world.clock.now));
    expect(await ahead(terminal, terminal.advanceBody([6]))).toEqual([[6, null]]);

    // Restored from a copy that held all six as not yet sent.
    const copy = [...terminal.queue];
    expect(await beginEpoch(world.platform, terminal.id)).toMatchObject({ ok: true });
    terminal.beginEpoch(2);
    for (const [, type, priority, , sealed] of copy) terminal.queueSealed(type, sealed, priority);
    const again = [[2, 'RECORD_UNREADABLE'], [3, 'PERMIT_UNKNOWN']];
    expect(receipt(terminal, await terminal.push(1, 6))).toEqual(again);
    expect(receipt(terminal, await terminal.push(1, 6))).toEqual(again);
    expect(world.rows('select epoch, seq, outcome from intake_ledger where epoch = 2 order by seq').map((row) => row['outcome'])).toEqual([
      'repeated', 'repeated', 'repeated', 'repeated', 'applied', 'repeated',
    ]);
    expect(await status(world.platform)).toMatchObject({ permits: 1, verifications: 2, statusChanges: 1, repeated: 5, quarantined: 2 });
    const rows = (await terminal.pull('/v1/record-status?epoch=2&after=4')) as Map<number, unknown>;
    expect([...rows]).toEqual([[1, 2], [2, [[5, 'applied', null], [6, 'repeated', null]]], [3, null], [4, 2]]);
  });

  it('of another terminal is another capture', async () => {
    const { terminal: a } = await world.terminal(0);
    const { terminal: b } = await world.terminal(0);
    a.capture(verification(1));
    b.queueSealed('verification', a.queue[0]?.[4] ?? new Uint8Array(0), 7);
    receipt(a, await a.push(1, 1));
    receipt(b, await b.push(1, 1));
    expect(await status(world.platform)).toMatchObject({ verifications: 2, repeated: 0 });
  });
});
