import { failures } from '../contract/index.js';
import { encodeCbor } from '../cose/index.js';
import { counties, dateInChina, townsOn } from '../permit/index.js';

/** Grows with every change of a table below. */
export const codeTablesVersion = 1;

type Row = readonly [code: string, name: string, from: string | null, until: string | null];

const divisions = (now: number): Row[] => [
  ...counties.map((county): Row => [county.code, county.name, county.from ?? null, county.until ?? null]),
  ...townsOn(dateInChina(now)).map((town): Row => [town.code, town.name, null, null]),
];

const sexes: Row[] = [
  ['0', '未知的性别', null, null],
  ['1', '男', null, null],
  ['2', '女', null, null],
  ['9', '未说明的性别', null, null],
];

const revocationReasons: Row[] = [
  ['lost', '遗失', null, null],
  ['left', '离开本市', null, null],
  ['died', '死亡', null, null],
  ['became-local', '转为常住户口', null, null],
  ['fraud', '骗领', null, null],
  ['decision', '依决定', null, null],
];

/** Code tables (sync.md 5): the whole in the first version, nothing for who has it. */
export const codeTables = (since: number, now: number): Uint8Array => {
  const tables =
    since >= codeTablesVersion
      ? {}
      : {
          division: divisions(now),
          sex: sexes,
          'revocation-reason': revocationReasons,
          failure: Object.entries(failures).map(([code, text]): Row => [code, text.zh, null, null]),
        };
  return encodeCbor(new Map<number, unknown>([[1, codeTablesVersion], [2, tables]]));
};
