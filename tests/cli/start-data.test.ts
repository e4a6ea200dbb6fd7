import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureReader } from '../../src/cli/cards.js';
import { dataFolder } from '../../src/cli/data-folder.js';
import { PlatformProcess } from '../../src/cli/demo/platform-process.js';
import { ensureInstallation, type Installation } from '../../src/cli/start-data/installation.js';
import { staff } from '../../src/cli/start-data/staff.js';
import { TrayServer } from '../../src/cli/tray-server.js';
import type { TrayCard } from '../../src/contract/index.js';
import { stopVirtualReader } from '../../src/emulator/index.js';
import { openTerminal, syncTerminal, type Terminal } from '../../src/service/index.js';

/** The folder that the first `npm start` makes, through the product's own paths, and its tray: each card ends in the verdict that its label names. */
const silent = { json: true, progress: () => undefined, line: () => undefined };
const parent = mkdtempSync(join(tmpdir(), 'wz-start-'));
const root = join(parent, 'data');
const folder = dataFolder(root);
let installation: Installation;
let platform: PlatformProcess;
let tray: TrayServer;
let police: Terminal;

beforeAll(async () => {
  mkdirSync(join(root, 'platform'), { recursive: true });
  writeFileSync(join(root, 'platform', 'keys.json'), 'an earlier form');
  installation = await ensureInstallation(root, silent);
  platform = await PlatformProcess.start(root, installation.port);
  police = openTerminal(folder.police, { mode: 'police', waitForCardMs: 5_000, env: { PCSCLITE_CSOCK_NAME: (await ensureReader(folder)).socket } });
  tray = await TrayServer.start(folder);
  const synced = await syncTerminal(police);
  expect(synced.ok && synced.value.pulled.failed).toEqual([]);
  expect(await police.signIn(staff.officer.id, staff.officer.password)).toMatchObject({ ok: true, value: { role: 'officer' } });
}, 120_000);
afterAll(async () => {
  await tray.close();
  await police.close();
  await platform.stop();
  await stopVirtualReader(root);
  rmSync(parent, { recursive: true, force: true });
});

const put = async (card: string | null): Promise<TrayCard[]> => {
  const response = await fetch(tray.url, { method: 'PUT', body: JSON.stringify({ card }) });
  expect(response.status).toBe(200);
  return (await response.json()) as TrayCard[];
};
const list = async (): Promise<TrayCard[]> => (await (await fetch(tray.url)).json()) as TrayCard[];
const verdictOf = async (english: RegExp): Promise<string> => {
  const card = (await list()).find(({ label }) => english.test(label.en));
  if (card === undefined) return 'not on the tray';
  expect((await put(card.name)).find(({ inserted }) => inserted)?.name).toBe(card.name);
  const verified = await police.verify({ operation: { purpose: 'control', place: '样例岗亭' } });
  return verified.ok ? verified.value.verdict.result : verified.code;
};

describe('the cards of the tray', () => {
  it.each([
    [/an adult/, 'valid'], [/a child/, 'valid'], [/soon due/, 'valid'], [/overdue/, 'suspended'], [/Suspended/, 'suspended'], [/lost/, 'revoked'], [/2009/, 'expired'],
    [/private key/, 'cloned'], [/altered/, 'forged'], [/older data/, 'rolled-back'], [/not confirmed/, 'unconfirmed'], [/blank/, 'CARD_BLANK'],
  ])('%s: %s', async (english, expected) => {
    expect(await verdictOf(english)).toBe(expected);
  });

  it('are taken away again', async () => {
    expect((await put(null)).some(({ inserted }) => inserted)).toBe(false);
    await expect.poll(async () => (await police.readers()).some(({ cardPresent }) => cardPresent)).toBe(false);
  });

  it('are asked for at an address that cannot be guessed, by their names', async () => {
    const { origin } = new URL(tray.url);
    expect((await fetch(`${origin}/tray`)).status).toBe(404);
    expect((await fetch(tray.url, { method: 'PUT', body: JSON.stringify({ card: '../platform/keys' }) })).status).toBe(404);
    expect((await fetch(tray.url, { method: 'PUT', body: '{' })).status).toBe(400);
    expect((await fetch(tray.url, { method: 'POST' })).status).toBe(405);
  });
});

describe('the folder', () => {
  it('names no person in its file names', () => {
    for (const file of readdirSync(folder.cards)) expect(file).toMatch(/^([0-9a-f]{20}(-clone)?\.card|key|labels\.json)$/);
  });

  it('is found by the next start', async () => {
    const began = performance.now();
    expect(await ensureInstallation(root, silent)).toEqual(installation);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('takes the place of what stood there, which lies beside it whole', () => {
    const [earlier = '', ...others] = readdirSync(parent).filter((name) => name.startsWith(`${basename(root)}-earlier-`));
    expect(others).toEqual([]);
    expect(readFileSync(join(parent, earlier, 'platform', 'keys.json'), 'utf8')).toBe('an earlier form');
    expect(existsSync(`${root}.making`)).toBe(false);
  });
});
