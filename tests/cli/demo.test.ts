import { spawn, spawnSync } from 'node:child_process';
import Database from 'better-sqlite3';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inventAdult, inventChild, portraitOf } from '../../src/cli/invented/index.js';
import { addDays, addMonths, dateInChina } from '../../src/permit/index.js';
import { stopVirtualReader } from '../../src/emulator/index.js';
import { pins } from '../../src/cli/demo/holder.js';
import { Ledger, sabotage, type Captured } from '../../src/cli/demo/ledger.js';
import { personalDataIn } from '../personal-data.js';
import { needlesOf, search } from '../service/byte-search.js';

const environment = { ...process.env };
delete environment['PCSCLITE_CSOCK_NAME'];

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}
/** Several run side by side: most of their time they wait for cards. */
const run = async (script: string, args: readonly string[]): Promise<Ran> => {
  const child = spawn(process.execPath, [`dist/src/cli/${script}.js`, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'], timeout: 280_000 });
  const [[code], out, errors] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { code: code as number | null, out, errors };
};
const json = (ran: Ran): Record<string, unknown> => {
  // Exactly one object on standard output.
  expect(ran.out.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(ran.out) as Record<string, unknown>;
};

describe('the demo, kept', () => {
  const root = join(mkdtempSync(join(tmpdir(), 'wz-demo-test-')), 'data');
  let told: Record<string, unknown>;
  /** Another demo, which loses a record on purpose. */
  let dropped: Ran;

  beforeAll(async () => {
    const [ran, other] = await Promise.all([run('demo', ['--json', '--keep', '--data', root]), run('demo', ['--json', '--sabotage', 'drop'])]);
    dropped = other;
    // Beside the folder, to be searched with it.
    writeFileSync(join(root, '../printed'), `${ran.out}${ran.errors}`);
    told = json(ran);
    expect({ code: ran.code, failure: told['failure'], steps: (told['steps'] as { step: string; outcome: string }[]).map(({ step, outcome }) => `${step}: ${outcome}`) }).toMatchObject({ code: 0 });
  }, 300_000);

  afterAll(async () => {
    await stopVirtualReader(root);
    rmSync(join(root, '..'), { recursive: true, force: true });
  });

  test('loses nothing, doubles nothing, and an independent count agrees', () => {
    expect(told).toMatchObject({ lost: 0, duplicated: 0, captured: 42 });
    const audit = spawnSync('/usr/bin/python3', ['tests/peers/audit.py', root], { encoding: 'utf8' });
    expect(JSON.parse(audit.stdout)).toMatchObject({ captured: 42, applied: 42, lost: 0, duplicated: 0 });
    expect(audit.status).toBe(0);
  });

  test('tells a record that was lost on purpose, and ends with 1', () => {
    expect(json(dropped)).toMatchObject({ ok: false, lost: 1, duplicated: 0 });
    expect(dropped.code).toBe(1);
  });

  test('would tell a record that was doubled: its reckoning and the independent count notice it in a copy', () => {
    const copy = join(root, '../doubled');
    cpSync(join(root, 'platform'), join(copy, 'platform'), { recursive: true });
    const captured = readFileSync(join(root, 'captured.jsonl'), 'utf8');
    sabotage(copy, 'double');
    const ledger = new Ledger(copy);
    for (const entry of captured.trimEnd().split('\n')) ledger.add(JSON.parse(entry) as Captured);
    expect(ledger.reckon()).toEqual({ captured: 42, lost: 0, duplicated: 1 });
    const audit = spawnSync('/usr/bin/python3', ['tests/peers/audit.py', copy], { encoding: 'utf8' });
    expect([audit.status, JSON.parse(audit.stdout)]).toMatchObject([1, { lost: 0, duplicated: 1 }]);
    rmSync(copy, { recursive: true });
  });

  test('takes at most 14 APDUs for the endorsement and 16 for what the holder sees', () => {
    const apdus = Object.fromEntries((told['steps'] as { step: string; apdus: number }[]).map((each) => [each.step, each.apdus]));
    expect(apdus['endorse']).toBe(14);
    // VERIFY of the PIN comes to the sixteen of an inspection; the demo's portraits are smaller than the largest photo.
    expect(apdus['kiosk-read']).toBeGreaterThan(12);
    expect(apdus['kiosk-read']).toBeLessThanOrEqual(17);
  });

  test('takes at most 5 APDUs and 1,600 bytes for each verdict', () => {
    const verdicts = (told['steps'] as { step: string; apdus: number; bytes: number }[]).filter(({ step }) => step.startsWith('verify-'));
    expect(verdicts.length).toBeGreaterThan(5);
    for (const { apdus, bytes } of verdicts) {
      expect(apdus).toBeLessThanOrEqual(5);
      expect(bytes).toBeLessThanOrEqual(1_600);
    }
  });

  test('endorses, moves, replaces, corrects, suspends, restores and cancels, and every refusal comes as told', () => {
    const outcomes = Object.fromEntries((told['steps'] as { step: string; outcome: string }[]).map(({ step, outcome }) => [step, outcome]));
    expect(outcomes).toMatchObject({
      'sign-in-wrong': 'OPERATOR_PASSWORD_WRONG',
      'sign-in': 'operator',
      endorse: 'done',
      'endorse-again': 'ENDORSEMENT_TOO_EARLY',
      move: 'done',
      'verify-replaced': 'valid',
      'verify-replaced-old': 'revoked',
      'verify-corrected': 'valid',
      'verify-suspended': 'suspended',
      'verify-restored': 'valid',
      'verify-cancelled': 'revoked',
      'match-body-exchanged': 'BODY_DIFFERS',
      'match-body': 'done',
      'pin-set': 'done',
      'kiosk-read': 'valid',
      'card-log': 'counter kiosk',
      presence: 'done',
      'pin-block': 'PIN_WRONG PIN_WRONG PIN_BLOCKED',
      'pin-reset': 'done',
      'end-old-card': 'CARD_TERMINATED',
      'close-day': 'done',
    });
  });

  test('has commands for the permit after its first day, for those who may', async () => {
    const permits = new Database(join(root, 'platform', 'platform.db'), { readonly: true });
    const number = permits.prepare<[], { permit_number: string }>("select permit_number from permits where state = 'active' order by permit_number").get()?.permit_number ?? '';
    permits.close();
    expect(json(await run('main', ['permit', number, '--json', '--data', root]))).toMatchObject({ ok: true, source: 'lists', status: 'valid' });
    expect(json(await run('main', ['stock', 'show', '--json', '--data', root]))).toMatchObject({ ok: true, expected: 2, fees: { count: 1, fen: 2_000 } });
    expect(json(await run('main', ['application', 'list', '--json', '--data', root]))).toMatchObject({ ok: true, applications: [] });
    expect(json(await run('main', ['operators', 'list', '--json', '--data', root]))).toMatchObject({ ok: true, operators: [{ id: 'S-002', role: 'supervisor' }, { id: 'W-017', role: 'operator' }] });
    // Nobody approves his own decision, and nobody without the password.
    const cancel = ['cancel', number, '--reason', 'left', '--json', '--data', root];
    expect(json(await run('main', cancel))).toMatchObject({ ok: false, code: 'APPROVAL_REQUIRED' });
    expect(json(await run('main', [...cancel, '--approved-by', 'W-017']))).toMatchObject({ ok: false, code: 'APPROVAL_REQUIRED' });
    expect(json(await run('main', [...cancel, '--approved-by', 'S-002']))).toMatchObject({ ok: false, code: 'OPERATOR_PASSWORD_WRONG' });
    expect(json(await run('main', ['stock', 'close', '--fen', '1', '--blanks', '2', '--json', '--data', root]))).toMatchObject({ ok: false, code: 'FEES_DIFFER' });
    // Another time is for demo folders only, and is a time.
    expect(json(await run('main', ['doctor', '--now', 'yesterday', '--json', '--data', root]))).toMatchObject({ ok: false, code: 'INPUT_INVALID' });
    expect(json(await run('main', ['doctor', '--now', '2026-01-01T00:00:00Z', '--json', '--data', join(root, 'elsewhere')]))).toMatchObject({ ok: false, code: 'INPUT_INVALID' });
  }, 120_000);

  test('leaves a card that opensc-tool reads', () => {
    const env = { ...environment, PCSCLITE_CSOCK_NAME: String(told['PCSCLITE_CSOCK_NAME']) };
    const directory = spawnSync('opensc-tool', ['-r', 'Virtual PCD 00 00', '-s', '00A4000C022F00', '-s', '00B000005A'], { encoding: 'utf8', env });
    expect(directory.stdout).toContain('61 1A 4F 06 F0 57 5A 52 50 01');
    const sod = spawnSync('opensc-tool', ['-r', 'Virtual PCD 00 00', '-s', '00A4040006F0575A52500100', '-s', '00B0880000'], { encoding: 'utf8', env });
    expect(sod.stdout.replace(/\s/g, '')).toContain('D2844B');
  });

  test('leaves a folder in which the command line verifies, lists and checks', async () => {
    const verified = await run('main', ['verify', '--json', '--data', root]);
    expect(json(verified)).toMatchObject({ ok: true, result: 'valid' });
    expect(verified.code).toBe(0);
    expect(json(await run('main', ['outbox', 'check', '--json', '--data', root]))).toMatchObject({ ok: true });
    expect(json(await run('main', ['doctor', '--json', '--data', root]))).toMatchObject({ ok: true, healthy: true });
    // Somebody's permit lies there already.
    const again = await run('main', ['issue', '--from', 'package.json', '--photo', 'package.json', '--json', '--data', root]);
    expect(json(again)).toMatchObject({ ok: false, code: 'INPUT_INVALID' });
    expect(again.code).toBe(2);
    expect(json(await run('main', ['card', 'remove', '--json', '--data', root]))).toMatchObject({ ok: true });
    const absent = await run('main', ['verify', '--json', '--data', root]);
    expect(json(absent)).toMatchObject({ ok: false, code: 'CARD_ABSENT' });
    expect(absent.code).toBe(2);
    const offline = await run('main', ['sync', '--json', '--data', root]);
    expect(json(offline)).toMatchObject({ ok: false, code: 'PLATFORM_UNREACHABLE' });
    expect(offline.code).toBe(1);
  }, 180_000);

  test('holds no name, number, address, photo or PIN in clear, in no encoding, in no log and in nothing that it printed', () => {
    const today = dateInChina(Math.floor(Date.now() / 1000));
    const anniversary = addDays(addMonths(today, -12), 10);
    const people = [
      { application: inventAdult({ seed: 11, onDate: '2015-06-01', kind: 'residence' }), day: '2015-06-01' },
      ...[22, 44, 55].map((seed) => ({ application: inventAdult({ seed, onDate: today, kind: 'residence' }), day: today })),
      { application: inventChild({ seed: 33, onDate: today }), day: today },
      { application: inventAdult({ seed: 66, onDate: anniversary, kind: 'residence' }), day: anniversary },
    ];
    const sought = people.map(({ application, day }) => ({ application, photo: portraitOf(application, day) }));
    expect(personalDataIn(join(root, '..'), sought)).toEqual([]);
    expect(search(join(root, '..'), needlesOf(pins))).toEqual([]);
  }, 60_000);
});

test('the demo never overwrites a folder that it did not make', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wz-foreign-'));
  try {
    spawnSync('touch', [join(folder, 'somebody-elses')]);
    const ran = await run('demo', ['--json', '--data', folder]);
    expect(ran.code).toBe(2);
    expect(readdirSync(folder)).toEqual(['somebody-elses']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
