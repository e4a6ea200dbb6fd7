import { statSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeCbor, encodeCbor, okpKey, openSealed, parseSign1, verifySign1 } from '../../src/cose/index.js';
import { aesCmac, nodeCrypto, sha256 } from '../../src/node-crypto/index.js';
import { verifyDelegation, verifyStatusListToken, verifyTrustList } from '../../src/permit/index.js';
import { blockTerminal, createEnrolmentCode, deriveKeySet, initPlatform, openPlatform, registerBlank, registerBlanks } from '../../src/platform/index.js';
import { World } from './fixture.js';
import { person, readCode, TestTerminal } from './terminal.js';

let world: World;
beforeEach(async () => {
  world = await World.make({ indexBlock: 8, numberBlock: 4 });
});
afterEach(() => world.close());

const fresh = (): TestTerminal => new TestTerminal(world.app, () => world.clock.now);
const codeOf = (response: { json(): unknown }): string => (response.json() as { code: string }).code;

describe('enrolment', () => {
  it('gives root, trust list, sealing key and signed time; the code carries the hash of the root', async () => {
    const code = await world.code();
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/);
    const terminal = fresh();
    expect((await terminal.enrol(code)).statusCode).toBe(201);
    const { secret, rootHash } = readCode(code);
    const root = terminal.answer.get(2) as Map<number, unknown>;
    expect(sha256(encodeCbor(root)).slice(0, 10)).toEqual(new Uint8Array(rootHash));
    const trust = verifyTrustList(terminal.answer.get(3) as Uint8Array, root.get(-2) as Uint8Array, 1, nodeCrypto, world.clock.now);
    if (!trust.ok) throw new Error(trust.reason);
    const platformKey = trust.trust.keys.find((key) => key.role === 3);
    const time = parseSign1(terminal.answer.get(5) as Uint8Array);
    expect(verifySign1(time, platformKey?.publicKey ?? new Uint8Array(32), nodeCrypto.ed25519)).toBe(true);
    expect(decodeCbor(time.payload)).toEqual(new Map<number, unknown>([[1, world.clock.now], [2, new Uint8Array(secret.slice(0, 8))]]));
  });

  it('works once, for one pair of keys, for a day, and keeps no secret', async () => {
    const code = await world.code();
    const first = fresh();
    await first.enrol(code);
    expect(codeOf(await fresh().enrol(code))).toBe('ENROL_CODE_WRONG');
    const { id } = first;
    // The answer was lost: the same terminal asks again.
    expect((await first.enrol(code)).statusCode).toBe(201);
    expect(first.id).toBe(id);
    expect(codeOf(await fresh().enrol('0000-0000-0000-0000-0000-0000-0000-0000'))).toBe('ENROL_CODE_WRONG');
    const late = await world.code();
    world.clock.now += 86_400;
    expect(codeOf(await fresh().enrol(late))).toBe('ENROL_CODE_WRONG');
    // A terminal cannot come back under a second code with the key it had.
    expect(codeOf(await first.enrol(await world.code()))).toBe('ENROL_CODE_WRONG');
    expect(world.rows<{ hash: Buffer }>('select hash from enrolment_codes').some(({ hash }) => hash.equals(readCode(code).secret))).toBe(false);
  });

  it('refuses what is malformed or not signed by the key it brings', async () => {
    const terminal = fresh();
    const body = terminal.enrolBody(await world.code());
    body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
    const post = (payload: Uint8Array) => world.app.inject({ method: 'POST', url: '/v1/terminals/enrol', headers: { 'content-type': 'application/cbor' }, payload: Buffer.from(payload) });
    for (const bytes of [body, new Uint8Array(0), Uint8Array.from([0x01]), encodeCbor({})]) {
      const response = await post(bytes);
      expect([response.statusCode, codeOf(response)]).toEqual([400, 'INPUT_INVALID']);
    }
    expect(await createEnrolmentCode(world.platform, 'x', ['1101'])).toMatchObject({ ok: false, code: 'DIVISION_UNKNOWN' });
  });
});

describe('requests', () => {
  it('are refused without signature, with a foreign one, for another path, and from unknown terminals', async () => {
    const { terminal } = await world.terminal(0);
    const ask = async (authorization: string | undefined): Promise<unknown> => {
      const response = await world.app.inject({ method: 'GET', url: '/v1/trust', headers: authorization === undefined ? {} : { authorization } });
      expect(response.json()).toHaveProperty('message');
      return [response.statusCode, codeOf(response)];
    };
    expect(await ask(undefined)).toEqual([401, 'REQUEST_SIGNATURE']);
    for (const wrong of ['Bearer x', 'COSE', 'COSE ***', 'COSE AAAA', `COSE ${'A'.repeat(5000)}`]) expect(await ask(wrong)).toEqual([401, 'REQUEST_SIGNATURE']);
    expect(await ask(terminal.authorization('GET', '/v1/delegation'))).toEqual([401, 'REQUEST_SIGNATURE']);
    expect(await ask(terminal.authorization('POST', '/v1/trust'))).toEqual([401, 'REQUEST_SIGNATURE']);
    expect(await ask(terminal.authorization('GET', '/v1/trust', Uint8Array.of(1)))).toEqual([401, 'REQUEST_SIGNATURE']);
    const stranger = fresh();
    stranger.id = 'T0';
    expect(await ask(stranger.authorization('GET', '/v1/trust'))).toEqual([401, 'TERMINAL_UNKNOWN']);
    stranger.id = terminal.id;
    expect(await ask(stranger.authorization('GET', '/v1/trust'))).toEqual([401, 'REQUEST_SIGNATURE']);
    await blockTerminal(world.platform, terminal.id);
    expect(await ask(terminal.authorization('GET', '/v1/trust'))).toEqual([403, 'TERMINAL_BLOCKED']);
    // Whoever cannot sign does not learn that it is blocked.
    expect(await ask(stranger.authorization('GET', '/v1/trust'))).toEqual([401, 'REQUEST_SIGNATURE']);
  });

  it('are answered whatever the clock of the terminal says, with the signed time of the platform', async () => {
    const { terminal } = await world.terminal(0);
    const nonce = new Uint8Array(8).fill(9);
    const authorization = terminal.authorization('GET', '/v1/trust', new Uint8Array(0), nonce, world.clock.now - 400 * 86_400);
    const response = await world.app.inject({ method: 'GET', url: '/v1/trust', headers: { authorization } });
    expect(response.statusCode).toBe(200);
    const time = parseSign1(new Uint8Array(Buffer.from(String(response.headers['server-time']), 'base64url')));
    expect(verifySign1(time, world.platform.keys.platform.publicKey, nodeCrypto.ed25519)).toBe(true);
    expect(decodeCbor(time.payload)).toEqual(new Map<number, unknown>([[1, world.clock.now], [2, nonce]]));
  });

  it('end in JSON for unknown paths, wrong media types and faults inside', async () => {
    const nowhere = await world.app.inject({ method: 'GET', url: '/nowhere' });
    expect([nowhere.statusCode, codeOf(nowhere)]).toEqual([404, 'INPUT_INVALID']);
    const text = await world.app.inject({ method: 'POST', url: '/v1/records', headers: { 'content-type': 'application/json' }, payload: '{}' });
    expect([text.statusCode, codeOf(text)]).toEqual([415, 'INPUT_INVALID']);
    const { terminal } = await world.terminal(0);
    vi.spyOn(world.platform.storage.trust, 'newestTrustList').mockRejectedValueOnce(new Error('secret inner text'));
    const fault = await terminal.get('/v1/trust');
    expect([fault.statusCode, codeOf(fault)]).toEqual([500, 'PLATFORM_FAULT']);
    expect(fault.body).not.toContain('secret inner text');
  });
});

describe('pulls', () => {
  it('cache trust list and status list by ETag until they change', async () => {
    const { terminal } = await world.terminal(1);
    for (const url of ['/v1/trust', '/v1/status-list', '/v1/code-tables?since=0']) {
      const first = await terminal.get(url);
      expect(first.statusCode).toBe(200);
      const again = await terminal.get(url, { 'if-none-match': String(first.headers['etag']) });
      expect([again.statusCode, again.rawPayload.length]).toEqual([304, 0]);
    }
    const [serial] = await terminal.serials();
    const before = await terminal.get('/v1/status-list');
    terminal.capture(terminal.issueRecord(person(1), serial ?? ''));
    await terminal.push(1, 1);
    const after = await terminal.get('/v1/status-list', { 'if-none-match': String(before.headers['etag']) });
    expect(after.statusCode).toBe(200);
    const { trust } = await world.platform.trust();
    const list = verifyStatusListToken(new Uint8Array(after.rawPayload), trust, nodeCrypto, (b) => inflateSync(b));
    expect(list.ok && [list.list.get(0), list.list.get(1), list.list.get(8)]).toEqual([0, 3, undefined]);
    // Its age is part of every verdict: after an hour it is signed anew.
    world.clock.now += 3_600;
    const later = await terminal.get('/v1/status-list', { 'if-none-match': String(after.headers['etag']) });
    expect(later.statusCode).toBe(200);
  });

  it('renew a certificate before the longest closure and a week could outlast it, and give a new index block when the old one is used', async () => {
    const { terminal } = await world.terminal(8);
    const { trust } = await world.platform.trust();
    expect(verifyDelegation(terminal.kcwt, trust, nodeCrypto)).toMatchObject({ ok: true, delegation: { terminal: terminal.id, prefixes: ['3303'], firstIndex: 0, lastIndex: 7 } });
    const first = terminal.claims();
    // 40 days, and 10 + 7 of them must be left.
    world.clock.now += 23 * 86_400;
    await terminal.certify();
    expect(terminal.claims().id).toEqual(first.id);
    world.clock.now += 1;
    await terminal.certify();
    expect(terminal.claims().id).not.toEqual(first.id);
    expect(terminal.block).toEqual([0, 7]);

    const other = await world.terminal(0);
    expect(other.terminal.block).toEqual([8, 15]);
    const serials = await terminal.serials();
    for (let n = 0; n < 6; n++) terminal.capture(terminal.issueRecord(person(n), serials[n] ?? ''));
    await terminal.push(1, 6);
    await terminal.certify();
    expect(terminal.block).toEqual([0, 7]);
    terminal.nextIndex = 6;
    terminal.capture(terminal.issueRecord(person(6), serials[6] ?? ''));
    await terminal.push(7, 7);
    await terminal.certify();
    expect(terminal.block).toEqual([16, 23]);
  });

  it('give the same numbers until they are used, and never the same to two terminals', async () => {
    const a = await world.terminal(6);
    const b = await world.terminal(0);
    const block = async (terminal: TestTerminal, url = '/v1/number-blocks?division=330302&year=2026&kind=1'): Promise<unknown> => [...((await terminal.pull(url)) as Map<number, unknown>).values()].slice(3);
    expect(await block(a.terminal)).toEqual([1, 4]);
    expect(await block(b.terminal)).toEqual([5, 8]);
    expect(await block(a.terminal)).toEqual([1, 4]);
    expect(await block(a.terminal, '/v1/number-blocks?division=330302&year=2026&kind=2')).toEqual([1, 4]);
    for (let n = 0; n < 4; n++) a.terminal.capture(a.terminal.issueRecord(person(n), a.serials[n] ?? ''));
    await a.terminal.push(1, 4);
    expect(await block(a.terminal)).toEqual([9, 12]);
    for (const query of ['division=330302&year=2026', 'division=33&year=2026&kind=1', 'division=330302&year=x&kind=1', 'division=330302&year=2026&kind=3']) {
      expect((await a.terminal.get(`/v1/number-blocks?${query}`)).statusCode).toBe(400);
    }
    expect(codeOf(await a.terminal.get('/v1/number-blocks?division=110101&year=2026&kind=1'))).toBe('DIVISION_UNKNOWN');
  });

  it('seal key sets to the terminal, derived as personalisation.md 1 says', async () => {
    const { terminal } = await world.terminal(0);
    const made = await registerBlanks(world.platform, 2, terminal.id);
    if (!made.ok) throw new Error(made.code);
    const sealed = (await terminal.pull('/v1/key-sets')) as Uint8Array;
    const sets = decodeCbor(openSealed(terminal.box.secretKey, sealed) ?? new Uint8Array(0)) as Map<number, unknown>[];
    const byHex = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('hex');
    expect(sets.map((set) => byHex(set.get(1))).sort()).toEqual(made.value.map((set) => byHex(set.serial)).sort());
    const one = made.value[0];
    const got = sets.find((set) => byHex(set.get(1)) === byHex(one?.serial));
    expect([got?.get(2), got?.get(3), got?.get(4), got?.get(5)]).toEqual([0x30, one?.enc, one?.mac, one?.dek]);
    expect(await registerBlanks(world.platform, 1, 'T0')).toMatchObject({ ok: false, code: 'TERMINAL_UNKNOWN' });
    expect(await registerBlank(world.platform, 'xyz')).toMatchObject({ ok: false, code: 'INPUT_INVALID' });
  });

  it('give code tables once, and an OpenAPI document and health without authentication or personal data', async () => {
    const { terminal } = await world.terminal(0);
    const tables = (await terminal.pull('/v1/code-tables?since=0')) as Map<number, Map<string, unknown[]>>;
    expect(tables.get(2)?.get('division')).toContainEqual(['330302', '鹿城区', null, null]);
    expect(((await terminal.pull('/v1/code-tables?since=1')) as Map<number, Map<string, unknown>>).get(2)?.size).toBe(0);
    const openapi = (await world.app.inject({ method: 'GET', url: '/v1/openapi.json' })).json<{ openapi: string; paths: Record<string, unknown> }>();
    expect(openapi.openapi).toMatch(/^3\.1/);
    expect(Object.keys(openapi.paths).sort()).toEqual(
      ['/v1/advance', '/v1/code-tables', '/v1/config/{name}', '/v1/delegation', '/v1/health', '/v1/key-sets', '/v1/number-blocks', '/v1/openapi.json', '/v1/permits/{number}', '/v1/persons/permits', '/v1/record-status', '/v1/records', '/v1/status-list', '/v1/terminal-certificate', '/v1/terminals/enrol', '/v1/trust'].sort(),
    );
    const health = await world.app.inject({ method: 'GET', url: '/v1/health' });
    expect(health.json()).toEqual({ version: '0.1.0', environment: 'test', time: world.clock.now, terminals: 1, permits: 0, records: 0, quarantined: 0 });
  });
});

describe('the folder', () => {
  it('keeps its keys to itself and is made once', async () => {
    expect(statSync(join(world.dir, 'keys.json')).mode & 0o777).toBe(0o600);
    await expect(initPlatform(world.dir, { environment: 'test', name: 'x' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(openPlatform(join(world.dir, 'nothing'))).rejects.toMatchObject({ code: 'NOT_INITIALISED' });
  });

  it('holds its root through a restart', async () => {
    const { terminal } = await world.terminal(0);
    const root = okpKey(world.platform.keys.root.publicKey);
    const { number } = await world.platform.trust();
    await world.restart(terminal);
    expect(okpKey(world.platform.keys.root.publicKey)).toEqual(root);
    expect((await world.platform.trust()).number).toBe(number);
    expect((await terminal.get('/v1/delegation')).statusCode).toBe(200);
  });
});

/** RFC 4493 4, examples 1 to 4. */
describe('rfc4493', () => {
  const key = new Uint8Array(Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex'));
  const message = Buffer.from(
    '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
    'hex',
  );
  it.each([
    [0, 'bb1d6929e95937287fa37d129b756746'],
    [16, '070a16b46b4d4144f79bdd9dd04a287c'],
    [40, 'dfa66747de9ae63030ca32611497c827'],
    [64, '51f0bebf7e3b9d92fc49741779363cfe'],
  ])('%i bytes', (length, mac) => {
    expect(Buffer.from(aesCmac(key, message.subarray(0, length))).toString('hex')).toBe(mac);
  });
  it('derives one block for each key of a card', () => {
    const serial = new Uint8Array(10).fill(1);
    const set = deriveKeySet({ cmac: (block) => aesCmac(key, block) }, serial);
    expect(set.enc).toEqual(aesCmac(key, Uint8Array.from([1, ...Buffer.from('wz-scp03-enc'), 0, ...serial, 0, 0x80])));
    expect(new Set([set.enc, set.mac, set.dek].map((k) => Buffer.from(k).toString('hex'))).size).toBe(3);
  });
});
