import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pkcs11js from 'pkcs11js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CodedError } from '../../src/contract/index.js';
import { initPlatform, openPlatform } from '../../src/platform/index.js';
import { World } from './fixture.js';
import { SoftToken } from './soft-token.js';

const message = new Uint8Array(20);
const unavailable = { name: 'CodedError', code: 'HSM_UNAVAILABLE' };

let token: SoftToken;
let world: World;
beforeAll(() => {
  token = new SoftToken();
});
afterAll(() => token.remove());

const prefix = (): string => (JSON.parse(readFileSync(join(world.dir, 'keys.json'), 'utf8')) as { pkcs11: { keyPrefix: string } }).pkcs11.keyPrefix;

describe('a token', () => {
  beforeEach(async () => {
    token.enter();
    world = await World.make({}, token.place);
  });
  afterEach(async () => {
    token.enter();
    await world.close();
  });

  it.each([
    ['root', pkcs11js.CKO_PRIVATE_KEY],
    ['issuer', pkcs11js.CKO_PRIVATE_KEY],
    ['cvca', pkcs11js.CKO_PRIVATE_KEY],
    ['document-verifier', pkcs11js.CKO_PRIVATE_KEY],
    ['card-master', pkcs11js.CKO_SECRET_KEY],
  ])('does not give %s away', (name, kind) => {
    token.objects(kind, prefix() + name, (native, session, found) => {
      expect(found.length).toBe(1);
      const [key] = found;
      expect(() => native.C_GetAttributeValue(session, key!, [{ type: pkcs11js.CKA_VALUE }])).toThrow('CKR_ATTRIBUTE_SENSITIVE');
      const flag = (type: number): boolean => native.C_GetAttributeValue(session, key!, [{ type }])[0]?.value[0] === 1;
      expect([pkcs11js.CKA_SENSITIVE, pkcs11js.CKA_ALWAYS_SENSITIVE, pkcs11js.CKA_NEVER_EXTRACTABLE, pkcs11js.CKA_PRIVATE, pkcs11js.CKA_SIGN].map(flag)).toEqual([true, true, true, true, true]);
      expect([pkcs11js.CKA_EXTRACTABLE, pkcs11js.CKA_DERIVE, pkcs11js.CKA_DECRYPT, pkcs11js.CKA_UNWRAP].map(flag)).toEqual([false, false, false, false]);
      expect(() => native.C_SetAttributeValue(session, key!, [{ type: pkcs11js.CKA_EXTRACTABLE, value: true }])).toThrow(/CKR_/);
    });
  });

  it('whose sessions were closed is opened once more', () => {
    const { keys } = world.platform;
    token.raw((native, slot) => native.C_CloseAllSessions(slot));
    expect(keys.root.sign(message).length).toBe(64);
    token.reset();
    expect(keys.cardMaster.cmac(message).length).toBe(16);
    expect(keys.cvca.sign(message).length).toBe(64);
  });

  it('serves two platforms of one process; the one that closes leaves the other its session', async () => {
    const second = await openPlatform(world.dir);
    expect(second.keys.issuer.sign(message)).toEqual(world.platform.keys.issuer.sign(message));
    await second.close();
    expect(world.platform.keys.issuer.sign(message).length).toBe(64);
  });

  it('that is gone is HSM_UNAVAILABLE, and serves again when it is back', () => {
    const { keys } = world.platform;
    const back = token.unplug();
    expect(() => keys.root.sign(message)).toThrow(CodedError);
    expect(() => keys.cardMaster.cmac(message)).toThrow(expect.objectContaining(unavailable));
    back();
    expect(keys.root.sign(message).length).toBe(64);
  });

  it('that is gone costs a terminal nothing: it is told to come again', async () => {
    const { terminal } = await world.terminal(1);
    const back = token.unplug();
    const answer = await terminal.get('/v1/key-sets');
    expect([answer.statusCode, answer.headers['retry-after'], answer.json<{ code: string }>().code]).toEqual([503, '30', 'PLATFORM_FAULT']);
    back();
    expect((await terminal.get('/v1/key-sets')).statusCode).toBe(200);
  });

  it('does not open with another PIN', async () => {
    await world.platform.close();
    process.env['RESIDENCE_CARD_HSM_PIN'] = '00000000';
    await expect(openPlatform(world.dir)).rejects.toMatchObject({ ...unavailable, detail: 'CKR_PIN_INCORRECT' });
    token.enter();
    world.platform = await openPlatform(world.dir);
  });

  it('that refused its PIN is asked no second time by the same process', async () => {
    const { keys } = world.platform;
    const other = '48261735';
    const change = (from: string, to: string): void =>
      token.raw((native, slot) => {
        const session = native.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION);
        native.C_SetPIN(session, from, to);
        native.C_CloseAllSessions(slot);
      });
    change(token.pin, other);
    expect(() => keys.root.sign(message)).toThrow(expect.objectContaining({ ...unavailable, detail: 'CKR_PIN_INCORRECT' }));
    change(other, token.pin);
    // It would pass now; nobody asked.
    expect(() => keys.root.sign(message)).toThrow(expect.objectContaining({ ...unavailable, detail: 'CKR_PIN_INCORRECT' }));
    await world.restart();
    expect(world.platform.keys.root.sign(message).length).toBe(64);
  });

  it('in which a key is missing or stands twice does not open', async () => {
    const label = `${prefix()}card-master`;
    const add = (): void =>
      token.objects(pkcs11js.CKO_SECRET_KEY, label, (native, session) => {
        const flags = [pkcs11js.CKA_TOKEN, pkcs11js.CKA_PRIVATE, pkcs11js.CKA_SIGN].map((type) => ({ type, value: true }));
        native.C_GenerateKey(session, { mechanism: pkcs11js.CKM_AES_KEY_GEN }, [{ type: pkcs11js.CKA_VALUE_LEN, value: 16 }, { type: pkcs11js.CKA_LABEL, value: label }, ...flags]);
      });
    add();
    await expect(openPlatform(world.dir)).rejects.toMatchObject({ ...unavailable, detail: `more than one key ${label}` });
    token.objects(pkcs11js.CKO_SECRET_KEY, label, (native, session, found) => found.forEach((key) => native.C_DestroyObject(session, key)));
    await expect(openPlatform(world.dir)).rejects.toMatchObject({ ...unavailable, detail: `no key ${label}` });
  });
});

describe('the PIN', () => {
  let folder: string;
  beforeEach(() => {
    token.enter();
    delete process.env['RESIDENCE_CARD_HSM_PIN'];
    folder = mkdtempSync(join(tmpdir(), 'platform-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const init = () => initPlatform(folder, { environment: 'test', name: 'x', pkcs11: token.place });

  it('comes from a file of its owner alone when the environment has none', async () => {
    await expect(init()).rejects.toMatchObject({ ...unavailable, detail: 'no PIN: RESIDENCE_CARD_HSM_PIN or hsm-pin' });
    const file = join(folder, 'hsm-pin');
    writeFileSync(file, `${token.pin}\n`, { mode: 0o640 });
    await expect(init()).rejects.toMatchObject(unavailable);
    expect(existsSync(join(folder, 'keys.json'))).toBe(false);
    chmodSync(file, 0o600);
    await (await init()).close();
    await (await openPlatform(folder)).close();
  });
});

describe('a module', () => {
  it.each([
    ['that is not there', 'the module does not load', () => ({ ...token.place, module: '/nowhere/libpkcs11.so' })],
    ['that is none', 'the module does not load', () => ({ ...token.place, module: process.execPath })],
    ['without this token', '0 tokens of this label', () => ({ ...token.place, token: 'another' })],
  ])('%s makes no platform', async (_what, detail, place) => {
    token.enter();
    const folder = mkdtempSync(join(tmpdir(), 'platform-'));
    await expect(initPlatform(folder, { environment: 'test', name: 'x', pkcs11: place() })).rejects.toMatchObject({ ...unavailable, detail });
    expect(existsSync(join(folder, 'keys.json'))).toBe(false);
    rmSync(folder, { recursive: true });
  });
});
