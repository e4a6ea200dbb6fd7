import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { read, root, sourcesBelow } from './sources.js';

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** Runs the real check over a tree of a few files: the table is only worth something when it refuses. */
const violationsOf = (folder: string): Violation[] => {
  const cruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [cruise, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'drivers', 'electron'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
};

const files: Record<string, string> = {
  'src/iso7816/index.ts': 'export const iso = 1;',
  'src/iso7816/impure.ts': "import { readFileSync } from 'node:fs';\nexport const r = readFileSync;",
  'src/cose/index.ts': 'export const cose = 1;',
  'src/card/index.ts': "import { iso } from '../iso7816/index.js';\nexport const card = iso;",
  'src/card/channel.ts': 'export type Channel = string;',
  'src/emulator/index.ts': "import { card } from '../card/index.js';\nexport const emulator = card;",
  'src/permit/type-only.ts': "import type { Channel } from '../card/channel.js';\nexport type C = Channel;",
  'src/cli/index.ts': "import { emulator } from '../emulator/index.js';\nexport const cli = emulator;",
  'src/service/index.ts': "import { cli } from '../cli/index.js';\nexport const service = cli;",
  'src/outbox/a.ts': "import { b } from './b.js';\nexport const a: number = b;",
  'src/outbox/b.ts': "import { a } from './a.js';\nexport const b: number = a;",
  'src/outbox/framework.ts': "import { z } from 'zod';\nexport const s = z;",
  'src/nowhere/index.ts': "import { cose } from '../cose/index.js';\nexport const n = cose;",
  'drivers/pcsc/good.ts': "import type { Channel } from '../../src/card/channel.js';\nimport { iso } from '../../src/iso7816/index.js';\nexport const d: Channel = String(iso);",
  'electron/good.ts': "import { readFileSync } from 'node:fs';\nimport { contract } from '../src/contract/index.js';\nexport const e = [readFileSync, contract];",
  'electron/bad.ts': "import { service } from '../src/service/index.js';\nexport const e = service;",
  'src/contract/index.ts': 'export const contract = 1;',
  'drivers/pcsc/bad.ts': "import { card } from '../../src/card/index.js';\nexport const d = card;",
};

describe('the table of rooms', () => {
  const folder = mkdtempSync(join(tmpdir(), 'residence-card-rooms-'));
  let violations: Violation[] = [];
  const refused = (from: string) => violations.filter((violation) => violation.from === from).map((violation) => violation.rule.name);

  beforeAll(() => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `${text}\n`);
    }
    for (const config of ['.dependency-cruiser.cjs', 'package.json']) cpSync(join(root, config), join(folder, config));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    violations = violationsOf(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['the emulator using the terminal side of the card', 'src/emulator/index.ts', 'src/emulator imports only what its room may'],
    ['a Node builtin in a pure room', 'src/iso7816/impure.ts', 'src/iso7816 is pure: no Node builtins'],
    ['a type from a forbidden room', 'src/permit/type-only.ts', 'src/permit imports only what its room may'],
    ['a room importing the command line', 'src/service/index.ts', 'nothing imports the command line'],
    ['a cycle', 'src/outbox/a.ts', 'no cycles'],
    ['a package that is not the room’s', 'src/outbox/framework.ts', 'src/outbox imports only what its room may'],
    ['a room that is not in the table', 'src/nowhere/index.ts', 'a room stands in the table'],
    ['a driver that takes more than the channel port', 'drivers/pcsc/bad.ts', 'drivers/pcsc imports only what its room may'],
    ['a window that reaches past the contract', 'electron/bad.ts', 'electron imports only what its room may'],
  ])('refuses %s', (_what, from, rule) => expect(refused(from)).toContain(rule));

  it('lets pass what the table allows', () => {
    for (const from of ['src/card/index.ts', 'drivers/pcsc/good.ts', 'src/cli/index.ts', 'electron/good.ts']) expect(refused(from)).toEqual([]);
  });
});

describe('project references', () => {
  it('give the pure rooms neither DOM nor Node types', () => {
    for (const room of ['contract', 'iso7816', 'cose', 'permit']) {
      const own = (JSON.parse(read(`src/${room}/tsconfig.json`)) as { compilerOptions: { types?: string[]; lib?: string[] } }).compilerOptions;
      expect(own.types ?? []).toEqual([]);
      expect(own.lib).toBeUndefined();
    }
    const base = (JSON.parse(read('tsconfig.base.json')) as { compilerOptions: { types: string[]; lib: string[] } }).compilerOptions;
    expect(base).toMatchObject({ types: [], lib: ['es2023'] });
  });

  it('open every room with a paragraph that says what it does', () => {
    const doors = sourcesBelow('src', 'drivers').filter((file) => /^(src|drivers)\/[^/]+\/index\.ts$/.test(file));
    for (const door of doors) expect(read(door), door).toMatch(/^\/\*\*[\s\S]{80,}?\*\//);
  });
});
