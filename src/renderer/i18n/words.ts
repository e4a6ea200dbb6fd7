import type { en } from './en.js';
import type { zh } from './zh-CN.js';

/** Names in braces of a sentence. */
export type Parameters<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Parameters<Rest> : never;

type Chinese = typeof zh;
type English = typeof en;
type KeyOf<W> = { [P in keyof W]: `${P & string}.${keyof W[P] & string}` }[keyof W];
type SentenceOf<K, W> = K extends `${infer P}.${infer N}` ? (P extends keyof W ? (N extends keyof W[P] ? W[P][N] : never) : never) : never;

/** `part.name` of every sentence. */
export type Key = KeyOf<Chinese>;

/** Its values, named as in the sentence; nothing where it has none. */
export type Values<K extends Key> = [Parameters<SentenceOf<K, Chinese>>] extends [never] ? [] : [values: Readonly<Record<Parameters<SentenceOf<K, Chinese>>, string | number>>];

type OtherParameters = {
  [K in Key]: [Parameters<SentenceOf<K, Chinese>>, Parameters<SentenceOf<K, English>>] extends [Parameters<SentenceOf<K, English>>, Parameters<SentenceOf<K, Chinese>>] ? never : K;
}[Key];

/** `true`, or the keys that break the rule: the compiler names them below. */
type None<T> = [T] extends [never] ? true : T;
const missingInEnglish: None<Exclude<Key, KeyOf<English>>> = true;
const missingInChinese: None<Exclude<KeyOf<English>, Key>> = true;
const parametersDiffer: None<OtherParameters> = true;
export const bothLanguages = [missingInEnglish, missingInChinese, parametersDiffer] as const;
