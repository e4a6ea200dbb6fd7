import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pkcs11js from 'pkcs11js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { initPlatform, nextCvca, openPlatform, status } from '../../src/platform/index.js';
import { AccessTerminal } from './access-terminal.js';
import { World } from './fixture.js';
import { secondsOf } from './life-story.js';
import { SoftToken } from './soft-token.js';

const day = 86_400;
const message = new TextEncoder().encode('wenzhou');

describe.each(['file', 'token'] as const)('the keys of the CVCA in a %s', (where) => {
  let token: SoftToken | undefined;
  let world: World;
  beforeAll(() => {
    if (where === 'token') token = new SoftToken();
  });
  afterAll(() => token?.remove());
  beforeEach(async () => {
    world = await World.make({}, token?.place);
    world.clock.now = secondsOf('2026-11-24');
  });
  afterEach(() => world.close());

  it('are made one after the other, and found again by every process', async () => {
    const { keys } = world.platform;
    const second = await keys.makeCvca(2);
    const third = await keys.makeCvca(3);
    expect(keys.cvcaOf(1).publicKey).toEqual(keys.cvca.publicKey);
    const points = [keys.cvca, second, third].map(({ publicKey }) => Buffer.from(publicKey).toString('hex'));
    expect(new Set(points).size).toBe(3);
    const other = await openPlatform(world.dir);
    expect([1, 2, 3].map((generation) => Buffer.from(other.keys.cvcaOf(generation).publicKey).toString('hex'))).toEqual(points);
    expect(() => other.keys.cvcaOf(4)).toThrow(expect.objectContaining({ code: where === 'file' ? 'STORAGE_CORRUPT' : 'HSM_UNAVAILABLE' }));
    expect(other.keys.cvcaOf(2).sign(message).length).toBe(64);
    await other.close();
    expect(keys.cvcaOf(3).sign(message).length).toBe(64);
  });

  it('that were made before a crash are used, not made a second time', async () => {
    const { publicKey } = await world.platform.keys.makeCvca(2);
    await world.restart();
    expect((await world.platform.keys.makeCvca(2)).publicKey).toEqual(publicKey);
    expect(await nextCvca(world.platform)).toMatchObject({ ok: true });
    expect((await world.platform.storage.certificates.authorities()).at(-1)?.publicKey).toEqual(publicKey);
  });

  it('stay where the vault is', async () => {
    await nextCvca(world.platform);
    const file = JSON.parse(readFileSync(join(world.dir, 'keys.json'), 'utf8')) as { nextCvcas?: string[]; pkcs11?: { keyPrefix: string } };
    expect(file.nextCvcas?.length).toBe(where === 'file' ? 1 : undefined);
    if (token === undefined) return;
    token.objects(pkcs11js.CKO_PRIVATE_KEY, `${file.pkcs11?.keyPrefix ?? ''}cvca-2`, (native, session, found) => {
      expect(found.length).toBe(1);
      const flag = (type: number): boolean => native.C_GetAttributeValue(session, found[0]!, [{ type }])[0]?.value[0] === 1;
      expect([pkcs11js.CKA_ALWAYS_SENSITIVE, pkcs11js.CKA_NEVER_EXTRACTABLE, pkcs11js.CKA_PRIVATE, pkcs11js.CKA_SIGN, pkcs11js.CKA_DERIVE].map(flag)).toEqual([true, true, true, true, false]);
    });
  });
});

describe('keys.json of an older copy', () => {
  it('signs nothing for a CVCA whose key it lacks, and nothing under another key', async () => {
    const world = await World.make();
    const copy = join(world.dir, 'copy');
    copyFileSync(join(world.dir, 'keys.json'), copy);
    const terminal = await AccessTerminal.enrol(world);
    await terminal.pulled();
    world.clock.now += day;
    await nextCvca(world.platform);
    const kept = join(world.dir, 'kept');
    copyFileSync(join(world.dir, 'keys.json'), kept);
    copyFileSync(copy, join(world.dir, 'keys.json'));
    expect(await terminal.pull()).toBe('PLATFORM_FAULT');
    // A key made in the place of the one that is missing is another.
    const lost = Buffer.from((await world.platform.keys.makeCvca(2)).publicKey).toString('hex');
    expect(await terminal.pull()).toBe('PLATFORM_FAULT');
    world.clock.now += day;
    await expect(nextCvca(world.platform)).rejects.toMatchObject({ code: 'STORAGE_CORRUPT', detail: 'another key than that of CNWZTEST00002' });
    copyFileSync(kept, join(world.dir, 'keys.json'));
    const { authorities } = await terminal.pulled();
    expect(authorities.map(({ publicKey }) => Buffer.from(publicKey).toString('hex'))).not.toContain(lost);
    terminal.close();
    await world.close();
  });
});

describe('a CVCA for production', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'platform-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('lives twelve years, and the next begins after six', async () => {
    const clock = { now: secondsOf('2026-11-24') };
    const platform = await initPlatform(folder, { environment: 'production', name: 'x', clock: () => clock.now });
    clock.now = secondsOf('2028-02-29');
    expect(await nextCvca(platform)).toEqual({ ok: true, value: { reference: 'CNWZCVCA00002', effective: '2028-02-29', expires: '2040-02-29' } });
    clock.now = secondsOf('2034-03-01');
    expect(await nextCvca(platform)).toMatchObject({ value: { reference: 'CNWZCVCA00003', expires: '2046-03-01' } });
    expect((await status(platform)).cvca).toEqual([
      { reference: 'CNWZCVCA00001', effective: '2028-02-29', expires: '2040-02-29' },
      { reference: 'CNWZCVCA00002', effective: '2028-02-29', expires: '2040-02-29' },
      { reference: 'CNWZCVCA00003', effective: '2034-03-01', expires: '2046-03-01' },
    ]);
    await platform.close();
  });
});
