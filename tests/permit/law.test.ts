import { expect, test } from 'vitest';
import { nameOf } from './law-case.js';
import { nationalCases } from './law-national.js';
import { wenzhouCases, zhejiangCases } from './law-provincial.js';

/** Each article with a consequence in the permit's rules, replayed through the real functions. Articles kept elsewhere stand in docs/law.md. */
const cases = [...nationalCases, ...zhejiangCases, ...wenzhouCases];

test('no case stands twice', () => expect(new Set(cases.map(nameOf)).size).toBe(cases.length));

test.each(cases.map((each) => [nameOf(each), each] as const))('%s', (_, { replay }) => {
  expect.hasAssertions();
  replay();
});
