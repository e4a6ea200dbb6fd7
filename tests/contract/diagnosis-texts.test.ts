import { describe, expect, it } from 'vitest';
import { filled, findingChecks, findingFacts, findingLabels, findingNexts, type DiagnosisText } from '../../src/contract/index.js';
import { read, sourcesBelow } from '../house/sources.js';

const named = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();
const sentences: [string, DiagnosisText][] = [...Object.entries(findingFacts), ...Object.entries(findingNexts)];

describe('the sentences of the diagnosis', () => {
  it.each(sentences)('%s stands in both languages, with the same values', (_, { zh, en }) => {
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(en).toMatch(/^[A-Z{][^\p{Script=Han}]*[.}]$/u);
    expect(named(zh)).toEqual(named(en));
  });

  it('are no two the same, and every check has its name', () => {
    for (const language of ['zh', 'en'] as const) expect(new Set(sentences.map(([, text]) => text[language])).size).toBe(sentences.length);
    expect(Object.keys(findingLabels)).toEqual([...findingChecks]);
  });

  it('are all said: no key stands in the tables that the diagnosis does not give', () => {
    const source = sourcesBelow('src/service/diagnosis').map(read).join('\n');
    for (const key of [...Object.keys(findingFacts), ...Object.keys(findingNexts)]) expect([key, source.includes(`'${key}'`)]).toEqual([key, true]);
  });

  it('take their values, and none that is missing', () => {
    expect(filled('{a} of {b}, {a}', { a: 1, b: 'two' })).toBe('1 of two, 1');
    expect(() => filled('{a}', {})).toThrow(RangeError);
  });
});
