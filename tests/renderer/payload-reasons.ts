import { readFileSync } from 'node:fs';
import type { VerdictLine, VerdictResult } from '../../src/contract/index.js';

const text = readFileSync(new URL('../../firmware-specs/payload.md', import.meta.url), 'utf8');
const section = (number: number): string => text.split(/^## /m).find((part) => part.startsWith(`${number} `))!;
const quoted = (cell: string): string[] => [...cell.matchAll(/`([a-zA-Z-]+)`/g)].map(([, name]) => name!);
const rows = (part: string): string[][] =>
  part
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('|---'))
    .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));

/** Reasons of passive authentication, section 4: its table, and the mutable objects below it, whose names differ by their first word alone. */
export const authenticationReasons: readonly string[] = [
  ...rows(section(4)).flatMap((cells) => quoted(cells[2]!)),
  ...quoted(section(4).split('Mutable objects after it')[1]!.split('\n')[0]!)
    .filter((name) => name.startsWith('endorsement-'))
    .flatMap((name) => ['endorsement', 'residence', 'services'].map((object) => name.replace('endorsement', object))),
];

export interface ListedReason {
  readonly check: VerdictLine['check'];
  readonly result: VerdictResult;
  readonly reason: string;
}

/** Every line of section 6: check, result and reason. `the reason of section 4` stands for each of those. */
export const listedReasons: readonly ListedReason[] = (() => {
  let check = '';
  return rows(section(6))
    .filter(([, , , when]) => when !== undefined)
    .slice(1)
    .flatMap(([line, result, reasons]) => {
      if (line !== '') check = line!;
      const names = reasons === 'the reason of section 4' ? authenticationReasons : quoted(reasons!);
      // `counter-differs-endorsement`, `-residence`: the first word is said once.
      const whole = names.map((name) => (name.startsWith('-') ? `counter-differs${name}` : name));
      return whole.map((reason) => ({ check, result, reason }) as ListedReason);
    });
})();
