import { townsByCounty } from './towns.js';
import type { FullDate } from './dates.js';

/** A county-level division of Wenzhou (GB/T 2260) with the days on which its code was in force; both ends inclusive. */
export interface County {
  readonly code: string;
  readonly name: string;
  readonly from?: FullDate;
  readonly until?: FullDate;
  /** the county police as printed on a permit (县级公安机关) */
  readonly authority: string;
  /** the county whose town list is used; only the closed county 330322 needs one, its own list is not published any more */
  readonly townsOf?: string;
}

/**
 * Effective dates are those of the approval: Dongtou became a district on 2015-07-23, the town of Longgang a city on 2019-08-16. Codes
 * without a date were in force before the first rules of this product (2009) and still are.
 */
export const counties: readonly County[] = [
  { code: '330302', name: '鹿城区', authority: '温州市公安局鹿城区分局' },
  { code: '330303', name: '龙湾区', authority: '温州市公安局龙湾区分局' },
  { code: '330304', name: '瓯海区', authority: '温州市公安局瓯海区分局' },
  { code: '330305', name: '洞头区', from: '2015-07-23', authority: '温州市公安局洞头区分局' },
  { code: '330322', name: '洞头县', until: '2015-07-22', authority: '洞头县公安局', townsOf: '330305' },
  { code: '330324', name: '永嘉县', authority: '永嘉县公安局' },
  { code: '330326', name: '平阳县', authority: '平阳县公安局' },
  { code: '330327', name: '苍南县', authority: '苍南县公安局' },
  { code: '330328', name: '文成县', authority: '文成县公安局' },
  { code: '330329', name: '泰顺县', authority: '泰顺县公安局' },
  { code: '330381', name: '瑞安市', authority: '瑞安市公安局' },
  { code: '330382', name: '乐清市', authority: '乐清市公安局' },
  { code: '330383', name: '龙港市', from: '2019-08-16', authority: '龙港市公安局' },
];

export interface Division {
  readonly code: string;
  readonly level: 'county' | 'town' | 'village';
  readonly county: County;
  /** absent at county level */
  readonly town?: { readonly code: string; readonly name: string };
  /** county and town, as in an address */
  readonly name: string;
}

const countyByCode = new Map(counties.map((county) => [county.code, county]));
const townNames = new Map(
  Object.entries(townsByCounty).flatMap(([county, list]) => list.split(' ').map((entry): [string, string] => [county + entry.slice(0, 3), entry.slice(3)])),
);

const inForce = (county: County, onDate: FullDate): boolean =>
  (county.from === undefined || county.from <= onDate) && (county.until === undefined || onDate <= county.until);

/**
 * The division of a code on a day: 6 digits (county), 9 (town or street) or 12 (village or community). County and town must exist on that
 * day; the village part may be anything, for the list of villages changes every year and lives on the platform. Undefined when it misses.
 */
export const findDivision = (code: string, onDate: FullDate): Division | undefined => {
  if (!/^(\d{6}|\d{9}|\d{12})$/.test(code)) return undefined;
  const county = countyByCode.get(code.slice(0, 6));
  if (county === undefined || !inForce(county, onDate)) return undefined;
  if (code.length === 6) return { code, level: 'county', county, name: county.name };
  const name = townNames.get((county.townsOf ?? county.code) + code.slice(6, 9));
  if (name === undefined) return undefined;
  return { code, level: code.length === 9 ? 'town' : 'village', county, town: { code: code.slice(0, 9), name }, name: county.name + name };
};

/** Every town or street in force on a day, 9-digit codes. */
export const townsOn = (onDate: FullDate): { readonly code: string; readonly name: string; readonly county: County }[] =>
  counties
    .filter((county) => inForce(county, onDate))
    .flatMap((county) =>
      (townsByCounty[county.townsOf ?? county.code] ?? '').split(' ').map((entry) => ({ code: county.code + entry.slice(0, 3), name: entry.slice(3), county })),
    );
