/** A seeded source of choices: the same seed gives the same people and the same faces on every machine. */
export interface Random {
  /** 0 inclusive to 1 exclusive */
  next(): number;
  /** an integer, both ends inclusive */
  between(least: number, most: number): number;
  pick<T>(from: readonly T[]): T;
  chance(probability: number): boolean;
}

/** Mulberry32 by Tommy Ettinger (public domain algorithm): 32 bits of state, plenty for invented people, never for keys. */
export const seeded = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  const pick = <T>(from: readonly T[]): T => {
    const chosen = from[between(0, from.length - 1)];
    if (chosen === undefined) throw new RangeError('nothing to pick from');
    return chosen;
  };
  return { next, between, pick, chance: (probability) => next() < probability };
};

/** A seed from a text (FNV-1a, 32 bits), so that a person keeps the same face. */
export const seedOf = (text: string): number =>
  Array.from(text).reduce((hash, character) => Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0, 0x811c9dc5);
