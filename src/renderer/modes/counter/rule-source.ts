import type { Language } from '../../i18n/index.js';

const titles = [
  ['Order 663', '《居住证暂行条例》'],
  ['Zhejiang 2016', '《浙江省流动人口居住登记条例》'],
  ['Wenzhou 2013', '温委办发〔2013〕26号'],
  ['platform rule', '平台规定'],
] as const;

/** Where a rule stands, as a Chinese reader knows the texts; the short titles of `rule-texts.ts` are English. */
export const ruleSource = (source: string, language: Language): string =>
  language === 'en' ? source : titles.reduce((text, [short, title]) => text.replaceAll(short, title), source).replaceAll(/ ?Art\. ([\d, ]*\d)/g, (_, articles: string) => `第${articles.replaceAll(/, ?/g, '、')}条`).replaceAll('; ', '；');
