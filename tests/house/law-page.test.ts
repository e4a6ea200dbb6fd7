import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nameOf } from '../permit/law-case.js';
import { nationalCases } from '../permit/law-national.js';
import { wenzhouCases, zhejiangCases } from '../permit/law-provincial.js';
import { read, root } from './sources.js';

const page = read('docs/law.md');
const replays = 'tests/permit/law.test.ts';
const rows = page
  .split('\n')
  .filter((line) => /^\| [A-Z].* Art\. /.test(line))
  .map((line) => {
    const [article = '', rule = '', code = '', test = ''] = line.slice(2, -2).split(' | ');
    return { name: nameOf({ article, rule }), code, test };
  });

/** `file` `name` `name`; `file` `name` */
const codeOf = (cell: string): { file: string; names: string[] }[] =>
  cell.split('; ').map((part) => {
    const [file = '', ...names] = [...part.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
    return { file, names };
  });

describe('docs/law.md', () => {
  it('has a row for every case of the law, and no row for a case that is not replayed', () => {
    const replayed = rows.filter(({ test }) => test.includes(replays)).map(({ name }) => name);
    expect(replayed).toEqual([...nationalCases, ...zhejiangCases, ...wenzhouCases].map(nameOf));
  });

  it.each(rows)('$name: its code is there', ({ code }) => {
    for (const { file, names } of codeOf(code)) {
      expect(names.length, file).toBeGreaterThan(0);
      const source = read(file);
      for (const name of names) expect(source, `${file} exports ${name}`).toMatch(new RegExp(`^export (const|class|function|async function) ${name}\\b`, 'm'));
    }
  });

  it.each(rows)('$name: its test is there', ({ test }) => {
    const [, file = '', name] = /^`(tests\/[^`]+\.test\.ts)`(?: "([^"]+)")?$/.exec(test) ?? [];
    expect(file).not.toBe('');
    const source = read(file);
    if (name !== undefined) expect(source).toContain(`'${name}'`);
  });

  it('names no file that is not there', () => {
    const named = [...page.matchAll(/`((?:src|tests|firmware-specs|docs)\/[^`\s]+)`/g)].map((match) => match[1] ?? '');
    expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it('reaches every article of the regimes that the permit lives by', () => {
    const articles = {
      'Order 663': [2, 4, 8, 9, 10, 11, 12, 13, 18, 19, 21, 23],
      'Zhejiang 2016': [12, 13, 16, 17, 18, 19, 21, 22, 23, 24, 36, 39],
      'Wenzhou 2013': [8, 9, 10, 11, 12, 13, 15],
    };
    const missing = Object.entries(articles).flatMap(([law, numbers]) => numbers.filter((number) => !new RegExp(`${law} Art\\.( \\d+ and| \\d+,)* ${number}\\b`).test(page)).map((number) => `${law} Art. ${number}`));
    expect(missing).toEqual([]);
  });
});
