import { describe, expect, test } from 'vitest';
import { DivisionSearch } from '../../src/service/division-search.js';

const search = new DivisionSearch();
const today = '2026-11-24';
const names = (text: string, limit?: number): string[] => search.find(text, today, limit).map(({ name }) => name);

describe('find-divisions', () => {
  test.each([
    ['wuma', '五马街道'],
    ['wu ma jie dao', '五马街道'],
    ["Wǔ'mǎ", '五马街道'],
    ['ｗｕｍａ', '五马街道'],
    ['wmjd', '五马街道'],
    ['五马', '五马街道'],
    ['鹿城五马', '五马街道'],
    ['鹿城区五马街道', '五马街道'],
    ['luchengwuma', '五马街道'],
    ['lcqwm', '五马街道'],
    ['330302006', '五马街道'],
    ['qidu', '七都街道'],
    ['yuecheng', '乐成街道'],
    ['xuekou', '峃口镇'],
  ])('%s finds %s first', (text, name) => expect(names(text)[0]).toBe(name));

  test('what begins so comes before what holds it', () => {
    expect(names('白象')).toEqual(['南白象街道', '北白象镇']);
    expect(names('南').slice(0, 3)).toEqual(['南汇街道', '南郊街道', '南白象街道']);
    expect(names('pingyang', 1)).toEqual(['平阳坑镇']);
  });

  test('a county finds its towns, in the order of their codes', () => {
    expect(search.find('luchengqu', today, 2)).toEqual([
      { code: '330302006', name: '五马街道', county: '鹿城区', pinyin: 'wu ma jie dao' },
      { code: '330302023', name: '七都街道', county: '鹿城区', pinyin: 'qi du jie dao' },
    ]);
    expect(names('330302').length).toBe(14);
  });

  test('twelve digits are offered as they are where their town exists', () => {
    expect(search.find('330302006001', today)).toEqual([{ code: '330302006001', name: '五马街道', county: '鹿城区', pinyin: 'wu ma jie dao' }]);
    expect(search.find('330302999001', today)).toEqual([]);
    expect(search.find('3303020060', today)).toMatchObject([{ code: '330302006' }]);
  });

  test('the divisions of the day', () => {
    expect(search.find('330322', today)).toEqual([]);
    expect(search.find('330322', '2014-01-01').length).toBeGreaterThan(0);
  });

  test.each(['', '  ', 'qqq', '！', '('])('"%s" finds nothing', (text) => expect(names(text)).toEqual([]));
});
