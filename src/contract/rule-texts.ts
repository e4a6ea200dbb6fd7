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
  'suspend-decision': rule('依决定暂停使用，由两人办理。', 'Use is suspended by decision, of two people.', 'Order 663 Art. 20; platform rule'),
  'restore-decision': rule('依决定暂停的，依决定恢复，由两人办理；逾期未签注的，补办签注即恢复。', 'What a decision suspended, a decision of two people restores; a missed endorsement is made up for.', 'Order 663 Art. 10, 20'),
  'correct-same-day': rule('制证有误的，制证当日免费更正，收回错证，由两人办理。', 'A mistake on a card is put right free of charge on the day it was made, by two people; the wrong card is taken back.', 'platform rule'),
  'pin-holder': rule('密码由持证人本人在密码键盘上设置，窗口不得代设。', 'The holder sets the PIN on the keypad; the counter never does.', 'platform rule'),
  'body-matches': rule('卡面所印证号和 CAN 须与芯片一致；不一致的不得发放、使用，收缴核查。', 'Number and CAN on the body are those of its chip; a card where they differ is not handed over or used, but taken in and looked into.', 'platform rule'),
  'card-returned': rule('换领或注销后，收回原证并登记。', 'After a replacement or a cancellation the card is taken back and booked.', 'Order 663 Art. 11; platform rule'),
  'card-seized': rule('冒用、出借、扣押的居住证依法收缴，居住证本身不失效。', 'A card that was lent, used by another or detained is taken in; the permit lives on.', 'Order 663 Art. 18'),
  'cancel-permit': rule('离开本市、死亡、落户、骗领、不再符合条件或到期的，注销居住证，由两人办理，不可恢复。', 'Who left, died, became a local, cheated, no longer qualifies, or whose permit ended: it is cancelled by two people, for good.', 'Order 663 Art. 18, 20'),
  'hand-over-old-card': rule('领取新证时交回原证；丢失的除外。', 'The old card is handed back for the new one, unless it was lost.', 'Order 663 Art. 11; Zhejiang 2016 Art. 23'),
  'resume-update': rule('写卡中断的，放回原卡接着写完。', 'A write that was broken off is finished on the same card.', 'platform rule'),
  // Papers of an application
  'papers-identity': rule('申领须出示居民身份证，并交本人相片。', 'The identity card is shown, and a photo is given.', 'Order 663 Art. 9'),
  'papers-residence': rule('须有居住地住址证明：租赁合同、房产证明，或房东、单位、学校出具的住宿证明。', 'Proof of the address: a lease, a title deed, or a statement of the landlord, employer or school.', 'Order 663 Art. 9'),
  'papers-employment': rule('以就业为由的，须有就业证明：劳动合同、营业执照或单位证明。', 'Work as the ground: a labour contract, a business licence or a statement of the employer.', 'Order 663 Art. 9'),
  'papers-schooling': rule('以就读为由的，须有就读证明：学生证或学校证明。', 'Schooling as the ground: a student card or a statement of the school.', 'Order 663 Art. 9'),
  'papers-talent': rule('引进人才或投资者，须有县级以上认定的证明。', 'Talents and investors: the recognition by county or above.', 'Zhejiang 2016 Art. 17'),
  'papers-insurance': rule('须有在温缴纳社会保险的记录。', 'The record of social insurance paid in Wenzhou.', 'Wenzhou 2013 Art. 12, 13'),
  'papers-guardian': rule('未满十六周岁由监护人或近亲属代办，须出示双方证件和关系证明。', 'Below sixteen a guardian or close relative applies, with both identity cards and proof of the relation.', 'Order 663 Art. 9'),
  'papers-agent': rule('老年人、残疾人等行动不便的可由近亲属代办，须出示双方证件和委托书。', 'For the old, the disabled and the ill a close relative may apply, with both identity cards and the authority.', 'Order 663 Art. 9'),
  'papers-old-card': rule('换领新证时交回原证。', 'The old card is handed back for the new one.', 'Order 663 Art. 11; Zhejiang 2016 Art. 23'),
  'papers-loss': rule('证件丢失的，声明后补领；旧证作废。', 'A lost card is replaced after its loss is stated; the old one is void.', 'Order 663 Art. 11; Zhejiang 2016 Art. 22'),
  // Kinds of permit
  'residence-talent': rule('引进人才和投资者不受居住半年和三项条件之一的限制。', 'Talents and investors need neither the half year nor one of the three grounds.', 'Zhejiang 2016 Art. 17'),
  'one-kind': rule('2016年起只发居住证，不再发临时居住证。', 'Since 2016 there is one kind of permit; temporary ones are not issued any more.', 'Order 663 Art. 2; Zhejiang 2016 Art. 16'),
  'residence-2009': rule('实际居住满三年、稳定就业、固定住所并缴纳社会保险满三年，有效期三至九年；人才和投资者除外。', 'Three years here with steady work, a fixed home and three years of insurance: three to nine years. Talents and investors are exempt.', 'Wenzhou 2013 Art. 9, 13'),
  'temporary-6': rule('临时居住证，有效期六个月。', 'A temporary permit of six months.', 'Wenzhou 2013 Art. 9, 10'),
  'temporary-12': rule('有就业、住所或就读证明的，临时居住证有效期一年。', 'With work, a home or schooling a temporary permit of one year.', 'Wenzhou 2013 Art. 9'),
  'temporary-36': rule('居住满六个月、稳定就业、固定住所并缴纳社会保险满一年的，临时居住证有效期三年。', 'Six months here with steady work, a fixed home and a year of insurance: a temporary permit of three years.', 'Wenzhou 2013 Art. 9, 12'),
  'same-permit': rule('换领、补领、更正的证件沿用原证号、签发日期和期限。', 'Another card keeps the number, the day of issue and the term of its permit.', 'Order 663 Art. 11; Zhejiang 2016 Art. 22, 23'),
  'exchange-old': rule('符合条件的旧证持有人免费换领，期限按现行规定重新计算。', 'Who holds a permit of the old rules and qualifies exchanges it free of charge; its term begins anew.', 'Zhejiang 2016 Art. 39'),
} as const satisfies Record<string, RuleText>;

export type RuleId = keyof typeof ruleTexts;
export const ruleIds = Object.keys(ruleTexts) as RuleId[];
