import { createI18n, useI18n } from 'vue-i18n';
import { failures, type FailureCode } from '../../contract/index.js';
import { en } from './en.js';
import type { Key, Values } from './words.js';
import { zh } from './zh-CN.js';

export type { Key, Values } from './words.js';
export type Language = 'zh-CN' | 'en';

export const newI18n = (locale: Language) => createI18n({ legacy: false, locale, fallbackLocale: 'zh-CN', messages: { 'zh-CN': zh, en }, missingWarn: false, fallbackWarn: false });

export interface Text {
  /** a sentence in the language chosen */
  readonly t: <K extends Key>(key: K, ...values: Values<K>) => string;
  /** the same for a key out of data, whose values the compiler cannot see */
  readonly say: (key: Key, values?: Readonly<Record<string, string | number>>) => string;
  /** of two texts that came in both languages the one chosen */
  readonly pick: (zh: string, en: string) => string;
  /** what happened, and what to do next */
  readonly failure: (code: FailureCode) => { readonly what: string; readonly next: string };
}

/** Words inside a component's setup. */
export const useText = (): Text => {
  const { t, locale } = useI18n({ useScope: 'global' });
  const pick = (zhText: string, enText: string): string => (locale.value === 'en' ? enText : zhText);
  return {
    t: (key, ...values) => t(key, values[0] ?? {}),
    say: (key, values = {}) => t(key, values),
    pick,
    failure: (code) => ({ what: pick(failures[code].zh, failures[code].en), next: pick(failures[code].nextZh, failures[code].nextEn) }),
  };
};
