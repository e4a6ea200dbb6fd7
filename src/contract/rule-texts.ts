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
  // The card desk
  'endorse-refused': rule('不再符合条件的，书面说明理由，不予签注，居住证终止。', 'Who no longer qualifies gets no endorsement, with a written reason, and the permit ends.', 'Zhejiang 2016 Art. 19'),
  'move-report': rule('居住地址或工作单位变更的，十日内申报；逾期申报的照样办理。', 'A change of address or workplace is reported within ten days; a late one is taken all the same.', 'Zhejiang 2016 Art. 13, 19'),
  'replace-damaged': rule('证件损坏的换领，交回原证，收取工本费。', 'A damaged card is replaced: the old one is handed back, and the new one has its price.', 'Order 663 Art. 11, 21; Zhejiang 2016 Art. 23'),
  'replace-lost': rule('证件丢失的，挂失后补领，收取工本费；证号和年限不变。', 'A lost card is replaced once its loss is reported, at its price; number and years are kept.', 'Order 663 Art. 11, 21; Zhejiang 2016 Art. 22'),
  'report-lost': rule('挂失后原证作废，由两人办理。', 'After a report of loss the card is void; two people decide.', 'Order 663 Art. 11, 20'),
  'found-void': rule('挂失的证件找回后不再使用，收回登记。', 'A card that was reported lost is never used again: it is taken in and booked.', 'Order 663 Art. 11'),
  'suspend-decision': rule('依决定中止使用，由两人办理。', 'Use is suspended by decision, of two people.', 'Order 663 Art. 20; platform rule'),
  'restore-decision': rule('依决定中止的，依决定恢复，由两人办理；逾期未签注的，补办签注即恢复。', 'What a decision suspended, a decision of two people restores; a missed endorsement is made up for.', 'Order 663 Art. 10, 20'),
  'correct-same-day': rule('制证有误的，制证当日免费更正，收回错证，由两人办理。', 'A mistake on a card is put right free of charge on the day it was made, by two people; the wrong card is taken back.', 'platform rule'),
  'pin-holder': rule('密码由持证人本人在密码键盘上设置，窗口不得代设。', 'The holder sets the PIN on the keypad; the counter never does.', 'platform rule'),
  'card-returned': rule('换领或注销后，收回原证并登记。', 'After a replacement or a cancellation the card is taken back and booked.', 'Order 663 Art. 11; platform rule'),
  'card-seized': rule('冒用、出借、扣押的居住证依法收缴，居住证本身不失效。', 'A card that was lent, used by another or detained is taken in; the permit lives on.', 'Order 663 Art. 18'),
  'cancel-permit': rule('离开本市、死亡、落户、骗领、不再符合条件或到期的，注销居住证，由两人办理，不可恢复。', 'Who left, died, became a local, cheated, no longer qualifies, or whose permit ended: it is cancelled by two people, for good.', 'Order 663 Art. 18, 20'),
  'hand-over-old-card': rule('领取新证时交回原证；丢失的除外。', 'The old card is handed back for the new one, unless it was lost.', 'Order 663 Art. 11; Zhejiang 2016 Art. 23'),
  'resume-update': rule('写卡中断的，放回原卡接着写完。', 'A write that was broken off is finished on the same card.', 'platform rule'),
} as const satisfies Record<string, RuleText>;

export type RuleId = keyof typeof ruleTexts;
export const ruleIds = Object.keys(ruleTexts) as RuleId[];
