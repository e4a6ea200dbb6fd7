import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultRules, type OperatorEntry } from '../../src/contract/index.js';
import { decodeCbor, openSealed, parseSign1, verifySign1 } from '../../src/cose/index.js';
import { nodeCrypto, passwordMatches } from '../../src/node-crypto/index.js';
import { addNotice, addOperator, disableOperator, feesByDay, listOperators, registerBlanks, resetOperatorPassword, revoke, setRules, stockOverview } from '../../src/platform/index.js';
import { World } from './fixture.js';
import { person, type TestTerminal } from './terminal.js';

let world: World;
beforeEach(async () => {
  world = await World.make({ inHandRequests: 2, inHandBytes: 20_000 });
});
afterEach(() => world.close());

const signed = (bytes: Uint8Array, typ: string): Map<number, unknown> => {
  const object = parseSign1(bytes);
  if (object.typ !== typ || !verifySign1(object, world.platform.keys.platform.publicKey, nodeCrypto.ed25519)) throw new Error('does not verify');
  return decodeCbor(object.payload) as Map<number, unknown>;
};
const config = async (terminal: TestTerminal, name: string): Promise<{ version: number; contents: unknown }> => {
  const response = await terminal.get(`/v1/config/${name}`);
  const map = signed(new Uint8Array(response.rawPayload), 'wz-config');
  expect(map.get(1)).toBe(name);
  return { version: map.get(2) as number, contents: map.get(4) };
};
const plain = (value: unknown): unknown =>
  value instanceof Map ? Object.fromEntries([...(value as Map<string, unknown>)].map(([k, v]) => [k, plain(v)])) : Array.isArray(value) ? value.map(plain) : value;
const operatorsOf = async (terminal: TestTerminal, secret = terminal.box.secretKey): Promise<OperatorEntry[] | undefined> => {
  const opened = openSealed(secret, (await config(terminal, 'operators')).contents as Uint8Array);
  return opened === undefined ? undefined : (plain(decodeCbor(opened)) as OperatorEntry[]);
};

describe('settings', () => {
  it('give the rules with a version that grows, by tag until they change', async () => {
    const { terminal } = await world.terminal(0);
    expect(plain((await config(terminal, 'rules')).contents)).toEqual(defaultRules);
    const first = await terminal.get('/v1/config/rules');
    const etag = String(first.headers['etag']);
    expect((await terminal.get('/v1/config/rules', { 'if-none-match': etag })).statusCode).toBe(304);
    expect(await setRules(world.platform, { fees: { replacement: -1 } })).toMatchObject({ ok: false, code: 'INPUT_INVALID', detail: 'fees.replacement' });
    expect(await setRules(world.platform, { fees: { replacement: 1_500 }, closureDays: 15 })).toMatchObject({ ok: true, value: { version: 2 } });
    expect((await terminal.get('/v1/config/rules', { 'if-none-match': etag })).statusCode).toBe(200);
    expect(await setRules(world.platform, { changeDays: 12 })).toMatchObject({ ok: true, value: { version: 3, rules: { closureDays: 15 } } });
    expect((await config(terminal, 'rules')).version).toBe(3);
    expect(plain((await config(terminal, 'rules')).contents)).toEqual({ ...defaultRules, fees: { replacement: 1_500 }, closureDays: 15, changeDays: 12 });
    // Twice 15 + 7 days is longer than what the settings say.
    await terminal.certify();
    const claims = terminal.claims();
    world.clock.now += 19 * 86_400;
    await terminal.certify();
    expect(terminal.claims().expires - claims.notBefore).toBeGreaterThanOrEqual(44 * 86_400);
  });

  it('give notices by version, an empty catalogue, and nothing by another name', async () => {
    const { terminal } = await world.terminal(0);
    const notice = { id: 'rights', version: 1, from: '2026-11-24', zh: '权利告知', en: 'Your rights' };
    expect(await addNotice(world.platform, notice)).toEqual({ ok: true, value: { version: 2 } });
    expect(await addNotice(world.platform, notice)).toMatchObject({ ok: false, code: 'INPUT_INVALID' });
    const told = await config(terminal, 'notices');
    expect([told.version, plain(told.contents)]).toEqual([2, [notice]]);
    expect(await config(terminal, 'catalogue')).toEqual({ version: 1, contents: [] });
    expect((await terminal.get('/v1/config/passwords')).statusCode).toBe(404);
    expect((await world.app.inject({ method: 'GET', url: '/v1/config/rules' })).statusCode).toBe(401);
  });

  it('seal operators to the terminals of their divisions alone', async () => {
    const { terminal: a } = await world.terminal(0);
    const { terminal: b } = await world.terminal(0);
    expect(await operatorsOf(a)).toEqual([]);
    expect(await addOperator(world.platform, 'op-1', '测试员甲', 'operator', ['330302'], 'correct horse')).toEqual({ ok: true, value: { id: 'op-1' } });
    expect(await addOperator(world.platform, 'op-1', '测试员乙', 'operator', ['3303'], 'correct horse')).toMatchObject({ ok: false, code: 'INPUT_INVALID', detail: 'id' });
    expect(await addOperator(world.platform, 'op-2', '测试员乙', 'operator', ['1101'], 'correct horse')).toMatchObject({ ok: false, code: 'DIVISION_UNKNOWN' });
    expect(await addOperator(world.platform, 'op-2', '测试员乙', 'operator', ['3303'], 'short')).toMatchObject({ ok: false, code: 'INPUT_INVALID', detail: 'password' });
    const [entry] = (await operatorsOf(a)) ?? [];
    expect(entry).toMatchObject({ id: 'op-1', name: '测试员甲', role: 'operator', disabled: false });
    expect(await passwordMatches('correct horse', entry?.verifier ?? '')).toBe(true);
    expect(await operatorsOf(a, b.box.secretKey)).toBeUndefined();
    const before = (await config(a, 'operators')).version;
    expect(await disableOperator(world.platform, 'op-1')).toMatchObject({ ok: true });
    expect(await resetOperatorPassword(world.platform, 'op-1', 'another horse')).toMatchObject({ ok: true });
    expect((await config(a, 'operators')).version).toBe(before + 2);
    const [changed] = (await operatorsOf(a)) ?? [];
    expect([changed?.disabled, await passwordMatches('another horse', changed?.verifier ?? '')]).toEqual([true, true]);
    expect(await listOperators(world.platform)).toEqual([{ id: 'op-1', name: '测试员甲', role: 'operator', disabled: true, divisions: ['330302'] }]);
    expect(await disableOperator(world.platform, 'op-9')).toMatchObject({ ok: false, code: 'OPERATOR_UNKNOWN' });
    expect(JSON.stringify(world.rows('select id, role, disabled, hex(box) from operators'))).not.toContain(Buffer.from('测试员甲').toString('hex').toUpperCase());
  });

  it('find a permit by its number, and its status in the number index', async () => {
    const { terminal, serials } = await world.terminal(3);
    const issue = terminal.issueRecord(person(1), serials[0] ?? '');
    const { permitNumber } = issue;
    terminal.capture(issue);
    world.clock.now += 60;
    const second = terminal.issueRecord(person(1), serials[1] ?? '', { number: permitNumber, chip: 9 });
    terminal.capture({ ...second, replaces: 'damaged' });
    terminal.receipt(await terminal.push(1, 2), world.platform.keys.platform.publicKey);
    await revoke(world.platform, permitNumber, 2, 'decision', 'a', 'b');
    const facts = signed(new Uint8Array((await terminal.get(`/v1/permits/${permitNumber}`)).rawPayload), 'wz-permit');
    expect([...facts]).toEqual([
      [1, permitNumber], [2, 'made'], [3, 1], [4, '2026-11-24'], [5, null], [6, null],
      [7, [[serials[1], second.statusIndex, 2], [serials[0], issue.statusIndex, 1]]], [8, world.clock.now], [9, null],
    ]);
    const unknown = await terminal.get('/v1/permits/330302202610000170');
    expect([unknown.statusCode, unknown.json()]).toMatchObject([404, { code: 'PERMIT_UNKNOWN' }]);
    const index = Buffer.from((await config(terminal, 'number-index')).contents as Uint8Array);
    const entries = Array.from({ length: index.length / 13 }, (_, i) => [String(index.readBigUInt64BE(i * 13)), index.readUInt32BE(i * 13 + 8), index[i * 13 + 12]]);
    expect(entries).toEqual([[permitNumber, issue.statusIndex, 0], [permitNumber, second.statusIndex, 1]]);
  });

  it('account for every blank and every fee', async () => {
    const { terminal, serials } = await world.terminal(3);
    await registerBlanks(world.platform, 2);
    terminal.capture(terminal.issueRecord(person(1), serials[0] ?? ''));
    terminal.capture({ type: 'spoiled', serial: serials[1] ?? '', reason: 'torn', at: 1 });
    const at = world.clock.now;
    const fee = { type: 'fee', receipt: 'R1', permitNumber: '330302202610000014', item: 'replacement', fen: 2_000, by: 'op-1', at } as const;
    terminal.capture(fee);
    terminal.capture({ ...fee, receipt: 'R2' });
    const day = '2026-11-18';
    const blanks = { opening: 3, received: 0, issued: 1, spoiled: 1, counted: 1 };
    terminal.capture({ type: 'reconciliation', day, fees: { count: 2, fen: 4_000, counted: 3_900 }, blanks, by: 'op-1', at });
    expect(terminal.receipt(await terminal.push(1, 5), world.platform.keys.platform.publicKey)).toEqual([]);
    expect(await stockOverview(world.platform)).toEqual({
      total: { opening: 5, stock: 2, allotted: 1, used: 1, spoiled: 1, returned: 0 },
      terminals: [
        { terminal: undefined, opening: 2, stock: 2, allotted: 0, used: 0, spoiled: 0, returned: 0 },
        { terminal: terminal.id, opening: 3, stock: 0, allotted: 1, used: 1, spoiled: 1, returned: 0 },
      ],
    });
    expect(await feesByDay(world.platform, day)).toEqual([{ terminal: terminal.id, count: 2, fen: 4_000, closed: { count: 2, fen: 4_000, counted: 3_900 } }]);
    expect(await feesByDay(world.platform, '2026-11-19')).toEqual([]);
  });
});

/** Answer to a request whose body is announced and held back. */
const announce = (url: string, length: number): { answered: Promise<{ status: number; retryAfter: string | undefined; body: string }>; end: () => void } => {
  const asking = request(`${url}/v1/records`, { method: 'POST', headers: { 'content-type': 'application/cbor', 'content-length': length } });
  const answered = new Promise<{ status: number; retryAfter: string | undefined; body: string }>((resolve, reject) => {
    asking.on('error', reject);
    asking.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body: Buffer.concat(parts).toString() }));
    });
  });
  asking.flushHeaders();
  return { answered, end: () => void asking.end(Buffer.alloc(length)) };
};

describe('pressure', () => {
  it('answers 503 before the body is read while too many requests or bytes are in hand, and takes them again afterwards', async () => {
    const url = await world.app.listen({ host: '127.0.0.1', port: 0 });
    const tooMany = announce(url, 20_001);
    // Its body never came: the answer did not wait for it.
    expect(await tooMany.answered).toMatchObject({ status: 503, retryAfter: '5' });
    tooMany.end();

    const held = [announce(url, 100), announce(url, 100)];
    const third = await untilBusy(url);
    expect(third).toMatchObject({ status: 503, retryAfter: '5' });
    expect(JSON.parse(third.body)).toMatchObject({ code: 'PLATFORM_BUSY' });
    const health = await fetch(`${url}/v1/health`);
    expect(health.status).toBe(200);
    for (const each of held) each.end();
    for (const each of held) expect((await each.answered).status).toBe(401);

    const { terminal } = await world.terminal(0);
    terminal.capture({ type: 'verification', result: 'valid', reason: 'ok', mode: 'police', at: 1 });
    const body = terminal.batch(1, 1);
    const authorization = terminal.authorization('POST', '/v1/records', body);
    const taken = await fetch(`${url}/v1/records`, { method: 'POST', headers: { 'content-type': 'application/cbor', authorization }, body: Buffer.from(body) });
    expect(taken.status).toBe(200);
  });
});

/** The held requests reach the server when they do: asks until it is busy (an answer 401 says that it was not yet). */
const untilBusy = async (url: string): Promise<{ status: number; retryAfter: string | undefined; body: string }> => {
  for (;;) {
    const one = announce(url, 10);
    one.end();
    const answer = await one.answered;
    if (answer.status === 503) return answer;
  }
};
