import { describe, expect, test } from 'vitest';
import { laidOn, meantOf } from '../../src/renderer/modes/counter/reader-meant.js';

const readers = (...taken: readonly string[]) => ['A', 'B', 'C'].map((name) => ({ name, cardPresent: taken.includes(name) }));

describe('which of several readers is meant', () => {
  test('the one onto which a card was put just now; one that lay there before is no news', () => {
    expect(laidOn(readers('A'), readers('A', 'B'))).toBe('B');
    expect(laidOn(readers('A', 'B'), readers('A'))).toBeUndefined();
    expect(laidOn(readers('A'), readers('A'))).toBeUndefined();
    expect(laidOn([], readers('C'))).toBe('C');
  });
  test('the chosen one as long as a card lies there, else the first with a card, else none', () => {
    expect(meantOf(readers('A', 'B'), 'B')).toBe('B');
    expect(meantOf(readers('A', 'C'), 'B')).toBe('A');
    expect(meantOf(readers('B'), null)).toBe('B');
    expect(meantOf(readers(), 'B')).toBeUndefined();
  });
});
