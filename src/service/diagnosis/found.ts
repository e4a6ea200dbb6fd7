import type { Finding, FindingCheck, FindingFact, FindingNext, findingFacts, findingNexts } from '../../contract/index.js';

/** The names in braces of a sentence. */
type Named<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Named<Rest> : never;
type ValuesOf<F extends FindingFact, N extends FindingNext> = Record<Named<(typeof findingFacts)[F]['zh']> | Named<(typeof findingNexts)[N]['zh']>, string | number>;

/** A finding with every value that its sentences name: one that is missing does not compile. */
export const found = <F extends FindingFact, N extends FindingNext = never>(check: FindingCheck, state: Finding['state'], fact: F, values: ValuesOf<F, N>, next?: N): Finding => ({
  check,
  state,
  fact,
  values,
  ...(next === undefined ? {} : { next }),
});
