/** What stands on paper stands there in both languages, Chinese first: whoever reads a slip at home did not choose the language of the clerk's screen. */
import { useI18n } from 'vue-i18n';
import type { Key } from '../i18n/index.js';

export interface Both {
  readonly zh: string;
  readonly en: string;
}

export type Say = (key: Key, values?: Readonly<Record<string, string | number>>) => Both;

/** Words in both languages, inside a component's setup. */
export const useBoth = (): Say => {
  const { t } = useI18n({ useScope: 'global' });
  return (key, values = {}) => ({ zh: t(key, values, { locale: 'zh-CN' }), en: t(key, values, { locale: 'en' }) });
};

/** The same in both. */
export const same = (text: string): Both => ({ zh: text, en: text });

/** 1/100 yuan as yuan. */
export const yuan = (fen: number): string => (fen / 100).toFixed(2);
