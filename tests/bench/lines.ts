/** One measured number. `floor` is what the machine does without the product, in the same run and unit; `ratio` is value over floor. */
export interface Line {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor: number | null;
  readonly ratio: number | null;
  /** what must hold, e.g. "ratio <= 1.5"; null: for information */
  readonly limit: string | null;
  readonly ok: boolean;
}

export interface Limit {
  readonly of: 'value' | 'ratio';
  readonly sign: '<=' | '<' | '>=' | '==';
  readonly bound: number;
}

const holds = (number: number, { sign, bound }: Limit): boolean => {
  switch (sign) {
    case '<=':
      return number <= bound;
    case '<':
      return number < bound;
    case '>=':
      return number >= bound;
    case '==':
      return number === bound;
  }
};

const rounded = (number: number): number => Number(number.toPrecision(4));

export const line = (name: string, value: number, unit: string, options: { readonly floor?: number; readonly limit?: Limit } = {}): Line => {
  const { floor, limit } = options;
  const ratio = floor === undefined ? undefined : value / floor;
  const judged = limit?.of === 'ratio' ? ratio : value;
  return {
    name,
    value: Number.isInteger(value) ? value : rounded(value),
    unit,
    floor: floor === undefined ? null : Number.isInteger(floor) ? floor : rounded(floor),
    ratio: ratio === undefined ? null : rounded(ratio),
    limit: limit === undefined ? null : `${limit.of} ${limit.sign} ${limit.bound}`,
    ok: limit === undefined || (judged !== undefined && holds(judged, limit)),
  };
};

export const tableOf = (lines: readonly Line[]): string => {
  const rows = [['', 'line', 'value', 'unit', 'floor', 'ratio', 'limit'], ...lines.map((each) => [each.ok ? '✓' : '✕', each.name, each.value, each.unit, each.floor ?? '', each.ratio ?? '', each.limit ?? ''].map(String))];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [below, above] = [sorted[middle - 1], sorted[middle]];
  if (above === undefined) throw new RangeError('the median of nothing');
  return sorted.length % 2 === 1 || below === undefined ? above : (below + above) / 2;
};

export const progress = (text: string): void => {
  process.stderr.write(`bench: ${text}\n`);
};
