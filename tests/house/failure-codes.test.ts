import { describe, expect, it } from 'vitest';
import { failureCodes, failures, isFailureCode } from '../../src/contract/index.js';
import { MissingPackages } from '../../scripts/bootstrap/missing-packages.mjs';
import { failureCodesFile, failureCodesPage } from '../vectors/failure-codes.js';
import { read, sourcesBelow } from './sources.js';

const texts = failureCodes.map((code) => ({ code, ...failures[code] }));

/** Codes as they are given away: returned by failed(), thrown in an Error that carries one, or written as a `code` field. */
const givenCodes = (source: string): string[] =>
  [...source.matchAll(/(?:\bfailed|\brefused|\brefuse|CodedError|ChannelError|SyncError|PlatformError)\(\s*'([A-Z][A-Z0-9_]+)'|\bcode: '([A-Z][A-Z0-9_]+)'/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );

describe('failure codes', () => {
  it.each(['zh', 'en'] as const)('have a sentence of their own in %s', (language) => {
    expect(new Set(texts.map((text) => text[language])).size).toBe(texts.length);
  });

  it.each(texts)('$code says what is wrong and what to do, in both languages', ({ code, zh, en, nextZh, nextEn }) => {
    for (const chinese of [zh, nextZh]) expect(chinese).toMatch(/^[^|\n]*\p{Script=Han}[^|\n]*。$/u);
    for (const english of [en, nextEn]) expect(english).toMatch(/^[A-Z][^|\n\p{Script=Han}]*\.$/u);
    // A code is for machines and for the telephone; the sentence has to do without it.
    for (const sentence of [zh, en, nextZh, nextEn]) expect(sentence).not.toContain(code);
  });

  it('stand on the page of the specification as they stand in the contract, and nothing else does', () => {
    const page = read(failureCodesFile);
    const rows = page
      .split('\n')
      .filter((line) => /^\| [A-Z]/.test(line))
      .map((line) => line.slice(2, -2).split(' | '));
    expect(rows.map(([code]) => code)).toEqual(failureCodes);
    for (const [code = '', severity, exit, zh, nextZh, en, nextEn] of rows) {
      if (!isFailureCode(code)) throw new Error(`${code} stands on the page only`);
      expect({ severity, zh, nextZh, en, nextEn }).toEqual(failures[code]);
      expect(exit).toBe(severity === 'refusal' ? '2' : '1');
    }
    expect(page).toBe(failureCodesPage());
  });

  it('are the only ones that the product gives', () => {
    const unknown = sourcesBelow('src', 'drivers')
      .filter((file) => file !== 'src/contract/failures.ts')
      .flatMap((file) => givenCodes(read(file)).map((code) => ({ file, code })))
      .filter(({ code }) => !isFailureCode(code));
    expect(unknown).toEqual([]);
  });

  it('has the words of the set-up, which runs before the contract is compiled', () => {
    const { code, zh, en, next } = new MissingPackages([], '');
    expect(code).toBe('SYSTEM_PACKAGE_MISSING');
    expect({ zh, en, nextZh: next.zh, nextEn: next.en, severity: 'fault' }).toEqual(failures.SYSTEM_PACKAGE_MISSING);
  });
});
