import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { workflowSteps } from '../../src/contract/index.js';
import { en } from '../../src/renderer/i18n/en.js';
import { zh } from '../../src/renderer/i18n/zh-CN.js';
import { screens } from '../../src/renderer/screens.js';

const room = fileURLToPath(new URL('../../src/renderer', import.meta.url));
const sentences = (words: Readonly<Record<string, Readonly<Record<string, string>>>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(words).flatMap(([part, of]) => Object.entries(of).map(([name, text]) => [`${part}.${name}`, text] as const)));
const chinese = sentences(zh);
const english = sentences(en);

const parameters = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort();

/** Every source of the room but the words themselves. */
const sources = readdirSync(room, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(ts|vue)$/.test(path) && !/^i18n\//.test(path))
  .map((path) => readFileSync(join(room, path), 'utf8'))
  .join('\n');

test('both languages have the same sentences with the same parameters', () => {
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  for (const [key, text] of chinese) expect(parameters(english.get(key)!), key).toEqual(parameters(text));
});

describe('a sentence', () => {
  test('says something, in its own script', () => {
    for (const [key, text] of chinese) expect(text.trim(), key).not.toBe('');
    for (const [key, text] of english) {
      expect(text.trim(), key).not.toBe('');
      expect(text, key).not.toMatch(/\p{Script=Han}/u);
    }
  });

  test('holds no sign that the message compiler takes for its own', () => {
    for (const [key, text] of [...chinese, ...english]) expect(text.replaceAll(/\{\w+\}/g, ''), key).not.toMatch(/[@{}|]/);
  });

  test('is used: by its key, or by a key that is put together', () => {
    // `part.prefix-${…}` and `part.${…}` in a template text: what stands before the hole.
    const built = [...sources.matchAll(/`([a-zA-Z]+\.[\w-]*)\$\{/g)].map(([, start]) => start!);
    const unused = [...chinese.keys()].filter((key) => !sources.includes(`'${key}'`) && !sources.includes(`"${key}"`) && !built.some((start) => key.startsWith(start)));
    expect(unused).toEqual([]);
  });
});

test('every value that a put-together key is made of has its sentence', () => {
  const wanted = [
    ...workflowSteps.map((step) => `frame.step-${step}`),
    ...screens.map(({ titleKey }) => titleKey),
  ];
  expect(wanted.filter((key) => !chinese.has(key))).toEqual([]);
});
