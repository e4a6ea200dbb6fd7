import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolder, type DataFolder } from '../../src/cli/data-folder.js';
import { initialise, platformStatus } from '../../src/cli/platform-commands.js';
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
