import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { read, root, sourcesBelow } from '../house/sources.js';

/** docs/threat-model.md against the tests: no promise without an attack, no attack without a place. */
const page = read('docs/threat-model.md');

/** `file` `name` `name` wherever it stands on the page; in a table it is the last cell. */
const named = [...page.matchAll(/`(tests\/[^`]+\.test\.ts)`((?: `[^`]+`)+)/g)].flatMap(([, file = '', names = '']) =>
  [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => ({ file, name })),
);
const rows = page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:attack |-)/.test(line));
const attackers = page.split(/^## /m).slice(1);

/** A name as the title of a test or of one row of a table of attacks: the first thing behind a bracket. */
const isTitle = (source: string, name: string): boolean => ["'", '`'].some((quote) => new RegExp(`[[(]\\s*${quote}${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}${quote}\\s*,`).test(source));

describe('docs/threat-model.md', () => {
  it('tells of every attacker what stops him and what remains', () => {
    expect(attackers.length).toBe(14);
    for (const attacker of attackers) expect([attacker.split('\n')[0], /\| attack \| what stops it \| shown by \|/.test(attacker), /^Remains: \S/m.test(attacker)]).toEqual([attacker.split('\n')[0], true, true]);
  });

  it('shows every row by a test', () => {
    expect(rows.length).toBeGreaterThan(50);
    for (const row of rows) expect(row).toMatch(/\| `tests\/[^|]+\.test\.ts` `[^|]+` \|$/);
  });

  it.each(named)('$file has a test "$name"', ({ file, name }) => {
    expect(existsSync(join(root, file))).toBe(true);
    expect(isTitle(read(file), name)).toBe(true);
  });

  it('knows a name that no test has', () => {
    const { file = '' } = named[0] ?? {};
    expect(isTitle(read(file), 'a test that nobody wrote')).toBe(false);
  });

  it('has a place for every file of attacks', () => {
    const files = sourcesBelow('tests/attack').filter((file) => file.endsWith('.test.ts') && basename(file) !== 'index.test.ts');
    expect(files.length).toBeGreaterThan(7);
    for (const file of files) expect(named.map((each) => each.file)).toContain(file);
  });

  it.each([...page.matchAll(/`([a-z-]+\.md)`|\b([a-z-]+\.md) \d|\((docs\/[a-z-]+\.md)|(docs\/[a-z-]+\.md)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? match[4] ?? ''))('names a page that exists: %s', (file) => {
    expect(existsSync(join(root, file.startsWith('docs/') ? file : `firmware-specs/${file}`))).toBe(true);
  });
});
