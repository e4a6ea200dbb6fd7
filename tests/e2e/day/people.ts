import { inventAdult, inventChild } from '../../../src/cli/invented/index.js';
import type { Application } from '../../../src/contract/index.js';
import { addMonths, dateInChina } from '../../../src/permit/index.js';

/** Who comes to the counter: invented people, each at an address in a town whose name a clerk spells in a few letters. */
export interface Town {
  readonly code: string;
  readonly name: string;
  /** what is typed to find it */
  readonly typed: string;
}
export const towns = {
  wuma: { code: '330302006', name: '鹿城区五马街道', typed: 'wmj' },
  yongzhong: { code: '330303001', name: '龙湾区永中街道', typed: 'yzj' },
  liushi: { code: '330382114', name: '乐清市柳市镇', typed: 'lsz' },
} as const satisfies Record<string, Town>;

export const today = (): string => dateInChina(Math.floor(Date.now() / 1000));

/** The same person at an address in this town; the village is not told. */
const livingIn = (person: Application, town: Town, months: number): Application => {
  const street = /(?:街道|镇|乡)(.+)$/.exec(person.residence.address)?.[1] ?? person.residence.address;
  const since = addMonths(today(), -months);
  const { rentalHouse: _rentalHouse, ...residence } = person.residence;
  return { ...person, residence: { ...residence, division: `${town.code}000`, address: `温州市${town.name}${street}`, since }, registeredOn: since };
};

/** An adult who works here; `seed`: another person each. */
export const worker = (seed: number, town: Town = towns.wuma, months = 8): Application => {
  const { guardian: _guardian, ...adult } = livingIn(inventAdult({ seed, onDate: today(), kind: 'residence' }), town, months);
  return { ...adult, grounds: ['employment'] };
};

/** A child at school, with a guardian. */
export const pupil = (seed: number, town: Town = towns.wuma, months = 9): Application => {
  const child = livingIn(inventChild({ seed, onDate: today() }), town, months);
  return { ...child, grounds: ['schooling'] };
};

/** Somebody who is ill, and whose grown son comes. */
export const elder = (seed: number, town: Town = towns.wuma, months = 30): Application => {
  const son = inventAdult({ seed: seed + 1_000, onDate: today(), kind: 'residence' });
  return { ...worker(seed, town, months), grounds: ['housing'], agent: { name: son.name, idNumber: son.idNumber, relation: '儿子', reason: 'ill' } };
};
