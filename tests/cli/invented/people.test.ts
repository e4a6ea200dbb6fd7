import fc from 'fast-check';
import jpeg from 'jpeg-js';
import { describe, expect, test } from 'vitest';
import { application } from '../../../src/contract/index.js';
import { ageOn, checkIdNumber, checkPhoto, decideValidity, findDivision } from '../../../src/permit/index.js';
import { drawPortrait, inventAdult, inventChild, inventPeople, portraitOf } from '../../../src/cli/invented/index.js';

const days = [
  { onDate: '2013-06-10', kind: 'temporary' },
  { onDate: '2014-02-28', kind: 'residence' },
  { onDate: '2016-03-01', kind: 'residence' },
  { onDate: '2024-02-29', kind: 'residence' },
  { onDate: '2026-11-24', kind: 'residence' },
] as const;

describe.each(days)('invented residents of $onDate, $kind', (options) => {
  const people = inventPeople({ seed: 7, count: 300, ...options });
  test('each fits the contract and is granted by the rules of the day', () => {
    for (const person of people) {
      application.parse(person);
      expect(checkIdNumber(person.idNumber, person.birth, person.sex).ok).toBe(true);
      expect(findDivision(person.residence.division, options.onDate)?.level).toBe('village');
      expect(decideValidity(person, { onDate: options.onDate })).toMatchObject({ ok: true, kind: options.kind === 'temporary' ? 2 : 1 });
    }
  });
  test('no ID number twice; households share an address; children have a parent there, from 2016 on', () => {
    expect(new Set(people.map((person) => person.idNumber)).size).toBe(people.length);
    const byAddress = new Map<string, number>();
    for (const person of people) byAddress.set(person.residence.address, (byAddress.get(person.residence.address) ?? 0) + 1);
    expect([...byAddress.values()].filter((count) => count > 1).length).toBeGreaterThan(20);
    const children = people.filter((person) => ageOn(person.birth, options.onDate) < 16);
    expect(children.length > 0).toBe(options.onDate >= '2016-01-01');
    for (const child of children) {
      const parent = people.find((person) => person.idNumber === child.guardian?.idNumber);
      expect(parent?.residence.address).toBe(child.residence.address);
      expect(ageOn(parent?.birth ?? child.birth, child.birth)).toBeGreaterThanOrEqual(20);
    }
  });
});

test('same seed, same people; another seed, others', () => {
  const options = { onDate: '2026-11-24', kind: 'residence' } as const;
  expect(inventPeople({ seed: 1, count: 20, ...options })).toEqual(inventPeople({ seed: 1, count: 20, ...options }));
  expect(inventPeople({ seed: 1, count: 1, ...options })).not.toEqual(inventPeople({ seed: 2, count: 1, ...options }));
  const names = inventPeople({ seed: 3, count: 1_000, ...options }).map((person) => person.name);
  expect(names.some((name) => name.includes('·'))).toBe(true);
});

test('an adult and a child on demand, for every seed', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      expect(ageOn(inventChild({ seed, onDate: '2026-11-24' }).birth, '2026-11-24')).toBeLessThan(16);
      expect(ageOn(inventAdult({ seed, onDate: '2013-06-10', kind: 'temporary' }).birth, '2013-06-10')).toBeGreaterThanOrEqual(16);
    }),
    { numRuns: 20 },
  );
  expect(() => inventChild({ seed: 1, onDate: '2014-01-01' })).toThrow(RangeError);
});

describe('portraits', () => {
  const person = inventAdult({ seed: 5, onDate: '2026-11-24', kind: 'residence' });
  test('GA 461 size, within the card, the same face for the same person', () => {
    const portrait = portraitOf(person, '2026-11-24');
    expect(checkPhoto(portrait)).toEqual({ ok: true, width: 358, height: 441 });
    expect(portrait.length).toBeLessThanOrEqual(9_000);
    expect(portraitOf(person, '2026-11-24')).toEqual(portrait);
  });
  test('about 10 KB on demand, and small ones', () => {
    const large = drawPortrait(1, { sex: 2, age: 6 }, { targetBytes: 10_240 });
    expect(large.length).toBeGreaterThan(9_500);
    expect(checkPhoto(large).ok).toBe(true);
    expect(drawPortrait(1, { sex: 1, age: 70 }, { targetBytes: 8_000 }).length).toBeLessThanOrEqual(8_000);
    expect(() => drawPortrait(1, { sex: 1, age: 30 }, { targetBytes: 100 })).toThrow(RangeError);
  });
  test('white corners, a head in the middle', () => {
    const { data } = jpeg.decode(drawPortrait(9, { sex: 1, age: 30 }), { useTArray: true });
    const at = (x: number, y: number) => [...data.subarray((y * 358 + x) * 4, (y * 358 + x) * 4 + 3)];
    for (const corner of [at(2, 2), at(355, 2)]) for (const channel of corner) expect(channel).toBeGreaterThan(240);
    expect(Math.max(...at(179, 240)) - Math.min(...at(179, 240))).toBeGreaterThan(15);
  });
});
