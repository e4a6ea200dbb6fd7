import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolder, type DataFolder } from '../../src/cli/data-folder.js';
import { cvcaNext, enrolmentCode, initialise, platformStatus, terminalRights } from '../../src/cli/platform-commands.js';
import { SoftToken } from '../platform/soft-token.js';

describe('platform init', () => {
  let root: string;
  let folder: DataFolder;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'platform-init-'));
    folder = dataFolder(root);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('keeps the keys in a token when it is told of one', async () => {
    const token = new SoftToken();
    try {
      expect(await initialise(folder, 'Wenzhou', token.place)).toMatchObject({ ok: true, value: { token: token.token } });
      expect(await platformStatus(folder)).toMatchObject({ ok: true, value: { trustList: 1 } });
    } finally {
      token.remove();
    }
  });

  it.each([
    ['--token', { module: 'libsofthsm2.so', token: undefined }],
    ['--pkcs11', { module: undefined, token: 'x' }],
  ])('asks for %s when the other is given alone', async (detail, half) => {
    expect(await initialise(folder, 'Wenzhou', half)).toMatchObject({ ok: false, code: 'INPUT_INVALID', detail });
    expect(existsSync(folder.platform)).toBe(false);
  });
});

describe('rights on cards', () => {
  let root: string;
  let folder: DataFolder;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'platform-rights-'));
    folder = dataFolder(root);
    await initialise(folder, 'Wenzhou', { module: undefined, token: undefined });
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const words = (mode?: string, rights?: string, departments?: string) => ({ mode, rights, departments });
  /** What the newest code gives to the terminal that uses it. */
  const stored = (): unknown => {
    const db = new Database(join(folder.platform, 'platform.db'), { readonly: true });
    try {
      return db.prepare('select rights, departments from enrolment_codes order by rowid desc limit 1').raw().get();
    } finally {
      db.close();
    }
  };

  it.each([
    ['nothing named', words(), ['inspect endorse service manage', '65535']],
    ['a counter', words('counter'), ['inspect endorse service manage', '65535']],
    ['a kiosk', words('kiosk'), ['kiosk endorse service', '65535']],
    ['the police', words('police'), ['inspect', '']],
    ['special ones', words(undefined, 'service, inspect', '515,1'), ['inspect service', '1 515']],
    ['every department', words(undefined, 'service', 'every'), ['service', '65535']],
    ['none', words(undefined, 'none'), ['', '']],
  ])('of a code for %s', async (_what, access, expected) => {
    expect(await enrolmentCode(folder, 'x', '3303', access)).toMatchObject({ ok: true });
    expect(stored()).toEqual(expected);
  });

  it.each([
    ['--mode', words('hall')],
    ['--mode', words('police', 'inspect')],
    ['--rights', words(undefined, 'inspect,all')],
    ['--rights', words('counter', undefined, '1')],
    ['departments', words(undefined, 'service', '1,x')],
    ['departments', words(undefined, 'service', '65536')],
  ])('that make no sense are INPUT_INVALID: %s of %j', async (detail, access) => {
    for (const made of [await enrolmentCode(folder, 'x', '3303', access), await terminalRights(folder, 'T0', access)]) expect(made).toEqual({ ok: false, code: 'INPUT_INVALID', detail });
    expect(stored()).toBeUndefined();
  });

  it('of a terminal are changed by name alone, and the CVCA is rolled over once', async () => {
    expect(await terminalRights(folder, 'T0', words())).toMatchObject({ code: 'INPUT_INVALID', detail: '--mode' });
    expect(await terminalRights(folder, 'T0', words('kiosk'))).toMatchObject({ code: 'TERMINAL_UNKNOWN' });
    expect(await cvcaNext(folder)).toMatchObject({ ok: true, value: { reference: 'CNWZTEST00002' } });
    expect(await cvcaNext(folder)).toMatchObject({ ok: false, code: 'STATE_NOT_ALLOWED' });
    expect(await platformStatus(folder)).toMatchObject({ value: { cvca: [{ reference: 'CNWZTEST00001' }, { reference: 'CNWZTEST00002' }] } });
  });
});
