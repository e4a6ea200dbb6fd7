import type { Application } from '../../contract/index.js';
import { addMonths, ageOn, idNumberCheckCharacter, townsOn, type FullDate } from '../../permit/index.js';
import { homeCounties, type HomeCounty } from './home-counties.js';
import { inventName } from './names.js';
import type { Random } from './random.js';

export interface InventOptions {
  /** the day of application; every invented person is eligible on it */
  readonly onDate: FullDate;
  /** `temporary` exists under the 2009 rules only (before 2016) */
  readonly kind: Application['kind'];
}

interface Place {
  readonly division: string;
  readonly address: string;
  readonly rentalHouse: string;
  readonly since: FullDate;
  readonly registeredOn: FullDate;
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/**
 * An ID number with a right check character. The sequence is 900 to 979, which registries hardly ever give: an invented number should not
 * meet a living person's.
 */
const inventIdNumber = (random: Random, county: HomeCounty, birth: FullDate, sex: 1 | 2): string => {
  const sequence = 900 + 2 * random.between(0, 39) + (sex === 1 ? 1 : 0);
  const digits = `${county.code}${birth.replaceAll('-', '')}${pad(sequence, 3)}`;
  return digits + idNumberCheckCharacter(digits);
};

/** A birth date that makes the person `years` old on `onDate`. */
const birthAtAge = (random: Random, onDate: FullDate, years: number): FullDate => {
  const month = addMonths(onDate, -12 * years - random.between(0, 10));
  const birth = `${month.slice(0, 8)}${pad(random.between(1, 28), 2)}`;
  return birth > addMonths(onDate, -12 * years) || ageOn(birth, onDate) !== years ? month : birth;
};

const roads = ['新桥路', '兴业路', '锦绣路', '学院路', '车站大道', '工业路', '南塘街', '滨江路', '文昌路', '望江路'];
const trades = ['鞋业', '服装', '电器', '阀门', '眼镜', '汽配', '印刷', '包装'];

const inventPlace = (random: Random, { onDate, kind }: InventOptions, months: number): Place => {
  const towns = townsOn(onDate).filter(({ name }) => /(街道|镇|乡)$/.test(name));
  const town = random.pick(towns);
  const village = town.name.endsWith('街道') ? random.between(1, 20) : 200 + random.between(1, 30);
  const since = addMonths(onDate, -months - random.between(0, kind === 'temporary' ? 1 : 12));
  return {
    division: town.code + pad(village, 3),
    address: `温州市${town.county.name}${town.name}${random.pick(roads)}${random.between(1, 288)}号${random.between(1, 6)}0${random.between(1, 4)}室`,
    rentalHouse: `CZ${town.code}${pad(random.between(1, 99_999), 5)}`,
    since,
    registeredOn: since,
  };
};

interface Person {
  readonly county: HomeCounty;
  readonly home: string;
  readonly ethnicGroup: number;
  readonly sex: 1 | 2;
  readonly age: number;
  readonly family?: string;
}

type Stay = Pick<Application, 'grounds' | 'insuranceYears' | 'stayMonths' | 'guardian'> & { readonly employer?: string };

interface Invented {
  readonly application: Application;
  readonly family: string;
}

const invent = (random: Random, options: InventOptions, person: Person, place: Place, stay: Stay): Invented => {
  const { name, family } = inventName(random, person.sex, person.ethnicGroup, person.family);
  const birth = birthAtAge(random, options.onDate, person.age);
  const { employer, ...rest } = stay;
  // A child born after the family moved is registered at birth: nobody lives here before being born.
  const since = place.since < birth ? birth : place.since;
  const application: Application = {
    name,
    sex: person.sex,
    ethnicGroup: person.ethnicGroup,
    birth,
    idNumber: inventIdNumber(random, person.county, birth, person.sex),
    registeredAddress: person.home,
    residence: { division: place.division, address: place.address, rentalHouse: place.rentalHouse, since, ...(employer === undefined ? {} : { employer }) },
    kind: options.kind,
    registeredOn: since,
    ...rest,
    phone: `1990000${pad(random.between(0, 9_999), 4)}`,
  };
  return { application, family };
};

const classes = [6, 12, 36] as const;

/** What an adult can show, so that the rules of the day grant the kind. */
const adultStay = (random: Random, { onDate, kind }: InventOptions, stayMonths: number): Stay => {
  const employer = `样例${random.pick(trades)}有限公司第${random.between(1, 9)}厂`;
  if (kind === 'temporary') return { grounds: ['employment', 'housing'], insuranceYears: stayMonths === 36 ? 1 : 0, stayMonths, employer };
  if (onDate < '2016-01-01') return { grounds: ['employment', 'housing'], insuranceYears: random.between(3, 6), employer };
  return random.chance(0.8) ? { grounds: ['employment'], employer } : { grounds: ['housing'] };
};

const childStay = (age: number, parent: Application, relation: string): Stay => ({
  grounds: age >= 6 ? ['schooling'] : ['housing'],
  guardian: { name: parent.name, idNumber: parent.idNumber, relation },
});

/**
 * A household at one address: one adult, or a couple, or a couple with a child. A child gets an application only where the rules give
 * children a permit (from 2016); it is at least one year old, so that it has lived here for half a year, and its parents are 22 to 42 years older.
 */
export const inventHousehold = (random: Random, options: InventOptions): Application[] => {
  const county = random.pick(homeCounties);
  const home = `${county.name}${random.pick(['城关镇', '河东乡', '石桥镇', '新集镇'])}${random.pick(['前进村', '河湾村', '李家村', '红星村'])}${random.between(1, 180)}号`;
  const ethnicGroup = random.chance(0.6) ? 1 : random.pick(county.ethnicGroups);
  const regimeA = options.onDate < '2016-01-01';
  const stayMonths = random.pick(classes);
  const months = options.kind === 'temporary' ? (stayMonths === 36 ? 6 : 1) : regimeA ? 37 : 7;
  const place = inventPlace(random, options, months);
  const member = (sex: 1 | 2, age: number, stay: Stay, family?: string) =>
    invent(random, options, { county, home, ethnicGroup, sex, age, ...(family === undefined ? {} : { family }) }, place, stay);

  const couple = random.chance(0.6);
  const fatherAge = random.between(24, 52);
  const first = member(couple ? 1 : random.pick([1, 2] as const), fatherAge, adultStay(random, options, stayMonths));
  if (!couple) return [first.application];
  const motherAge = Math.max(22, fatherAge - random.between(0, 4));
  const second = member(2, motherAge, adultStay(random, options, stayMonths));
  const youngest = Math.max(1, motherAge - 42);
  const oldest = Math.min(15, motherAge - 22);
  if (regimeA || oldest < youngest || random.chance(0.3)) return [first.application, second.application];
  const childAge = random.between(youngest, oldest);
  const sex = random.pick([1, 2] as const);
  const guardian = random.chance(0.5) ? ({ parent: first, relation: '父亲' } as const) : ({ parent: second, relation: '母亲' } as const);
  const child = member(sex, childAge, childStay(childAge, guardian.parent.application, guardian.relation), first.family);
  return [first.application, second.application, child.application];
};
