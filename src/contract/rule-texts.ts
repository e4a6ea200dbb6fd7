/**
 * The rules that a screen or a slip gives as a reason, each in one sentence of ours with the text that it stands in. `Order 663`: 居住证暂行条例; `Zhejiang 2016`: 浙江省流动人口居住登记条例;
 * `Wenzhou 2013`: 温委办发〔2013〕26号.
 */
export interface RuleText {
  readonly zh: string;
  readonly en: string;
  readonly source: string;
}

const rule = (zh: string, en: string, source: string): RuleText => ({ zh, en, source });

export const ruleTexts = {
  'residence-2016': rule('居住登记满半年，并有合法稳定就业、合法稳定住所或连续就读之一。', 'Registered for half a year, with steady work, a steady home or schooling.', 'Order 663 Art. 2; Zhejiang 2016 Art. 16'),
  'endorse-yearly': rule('每年签注一次，在届满前一个月内办理。', 'Endorsed once a year, within the month before it falls due.', 'Order 663 Art. 10; Zhejiang 2016 Art. 19'),
  'endorse-late': rule('逾期未签注，证件暂停使用；补办后恢复，居住年限重新起算。', 'An overdue endorsement suspends the permit; endorsing restores it, and the years count anew.', 'Order 663 Art. 10'),
  'two-people': rule('由两人办理：经办人提出，主管批准。', 'Two people: the clerk asks, a supervisor approves.', 'platform rule'),
} as const satisfies Record<string, RuleText>;

export type RuleId = keyof typeof ruleTexts;
export const ruleIds = Object.keys(ruleTexts) as RuleId[];
