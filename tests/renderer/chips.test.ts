import { describe, expect, test } from 'vitest';
import type { ServiceState } from '../../src/contract/index.js';
import { ageOf, chipsOf, type Chip } from '../../src/renderer/service/chips.js';
import { state } from './service-state.js';

const chip = (name: Chip['name'], other: Partial<ServiceState> = {}): Pick<Chip, 'tone' | 'words'> => {
  const { tone, words } = chipsOf(state(other), '10:05').find((each) => each.name === name)!;
  return { tone, words };
};
const list = (ageSeconds: number | null, stale = false) => chip('list', { list: { issuedAt: null, ageSeconds, stale } });

test('a terminal that works tells of nothing but ticks', () => {
  expect(chipsOf(state(), '10:05').map(({ name, tone }) => `${name} ${tone}`)).toEqual(['reader ok', 'platform ok', 'queue ok', 'list ok', 'clock ok']);
});

describe('reader', () => {
  const readers = (cardPresent: boolean, mute: boolean) => [{ name: 'one', cardPresent, mute }];
  test('the service before the reader, the reader before the card', () => {
    expect(chip('reader', { cardService: 'down', readers: [] })).toEqual({ tone: 'fail', words: 'frame.readerServiceDown' });
    expect(chip('reader', { readers: [] })).toEqual({ tone: 'fail', words: 'frame.readerMissing' });
    expect(chip('reader', { readers: readers(true, true) })).toEqual({ tone: 'warn', words: 'frame.readerMute' });
    expect(chip('reader', { readers: readers(true, false) })).toEqual({ tone: 'ok', words: 'frame.readerCard' });
  });
});

test('platform and queue', () => {
  expect(chip('platform', { platform: 'down' })).toEqual({ tone: 'warn', words: 'frame.platformDown' });
  expect(chip('platform', { platform: 'unknown' })).toEqual({ tone: 'unknown', words: 'frame.platformUnknown' });
  expect(chip('platform', { syncing: true })).toEqual({ tone: 'ok', words: 'frame.platformSyncing' });
  expect(chip('queue', { queue: { pending: 3, quarantined: 1, oldestAt: 1 } })).toEqual({ tone: 'warn', words: 'frame.queueQuarantined' });
});

test('age of the list, in the largest unit it fills; days from two on, so that 25 hours do not pass for one day', () => {
  expect([0, 59, 60, 3_599, 3_600, 172_799, 172_800].map(ageOf)).toEqual([
    { unit: 'now', n: 0 },
    { unit: 'now', n: 0 },
    { unit: 'minutes', n: 1 },
    { unit: 'minutes', n: 59 },
    { unit: 'hours', n: 1 },
    { unit: 'hours', n: 47 },
    { unit: 'days', n: 2 },
  ]);
  expect(list(null)).toEqual({ tone: 'fail', words: 'frame.listMissing' });
  expect(list(7_200)).toEqual({ tone: 'ok', words: 'frame.listHours' });
  expect(list(9 * 86_400, true)).toEqual({ tone: 'fail', words: 'frame.listDaysOverdue' });
});

test('a clock that is not to be trusted', () => {
  expect(chip('clock', { clock: { trustworthy: false, now: 1 } })).toEqual({ tone: 'fail', words: 'frame.clockWrong' });
});
