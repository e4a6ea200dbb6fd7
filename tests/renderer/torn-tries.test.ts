import { describe, expect, test } from 'vitest';
import { isAnotherCard, mayGiveUp, saysOfCard } from '../../src/renderer/modes/counter/torn-tries.js';

describe('a half-written card may be given up', () => {
  test('after the third try that the journal counted, whoever made it', () => {
    expect([1, 2, 3, 4].map((tries) => mayGiveUp({ tries }, tries, null))).toEqual([false, false, true, true]);
  });

  test('after the third that was seen, where the card never said which one it is', () => {
    expect([1, 2, 3].map((seen) => mayGiveUp({ tries: 1 }, seen, 'CARD_SILENT'))).toEqual([false, false, true]);
  });

  test('at once where the card itself is at fault', () => {
    expect(mayGiveUp({ tries: 1 }, 1, 'READ_BACK_DIFFERS')).toBe(true);
    expect(mayGiveUp({ tries: 1 }, 1, 'CARD_REMOVED')).toBe(false);
  });

  test('another card on the reader says nothing of it', () => {
    expect((['CARD_BLANK', 'CARD_OTHER_APPLICATION', 'CARD_ABSENT', 'CARD_ALREADY_ISSUED'] as const).map(saysOfCard)).toEqual([false, false, false, false]);
    expect((['CARD_BLANK', 'CARD_ABSENT', 'CARD_REMOVED'] as const).map(isAnotherCard)).toEqual([true, false, false]);
    expect((['CARD_REMOVED', 'CARD_SILENT', 'READ_BACK_DIFFERS'] as const).map(saysOfCard)).toEqual([true, true, true]);
  });
});
