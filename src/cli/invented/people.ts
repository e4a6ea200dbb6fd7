import type { Application } from '../../contract/index.js';
import { ageOn, type FullDate } from '../../permit/index.js';
import { inventHousehold, type InventOptions } from './household.js';
import { seeded } from './random.js';

/** `count` residents by whole households (the last one may be cut), no ID number twice. Same seed, same people. */
export const inventPeople = ({ seed, count, ...options }: InventOptions & { readonly seed: number; readonly count: number }): Application[] => {
  const random = seeded(seed);
  const people = new Map<string, Application>();
  while (people.size < count) for (const person of inventHousehold(random, options)) if (!people.has(person.idNumber)) people.set(person.idNumber, person);
  return [...people.values()].slice(0, count);
};

const findPerson = (seed: number, options: InventOptions, wanted: (age: number) => boolean): Application => {
  const random = seeded(seed);
  for (let tries = 0; tries < 1_000; tries += 1) {
    const found = inventHousehold(random, options).find((person) => wanted(ageOn(person.birth, options.onDate)));
    if (found !== undefined) return found;
  }
  throw new RangeError('no such person can be invented under the rules of that day');
};

export const inventAdult = ({ seed, ...options }: InventOptions & { readonly seed: number }): Application => findPerson(seed, options, (age) => age >= 16);

/** A child under 16 with a guardian: only from 2016-01-01 on. */
export const inventChild = ({ seed, onDate }: { readonly seed: number; readonly onDate: FullDate }): Application =>
  findPerson(seed, { onDate, kind: 'residence' }, (age) => age < 16);
