import { changePin, approvedAtSecond, cancel, endorse, endorseTorn, found, move, refuseEndorsement, reportLost, resetPin, restore, seize, setPin, suspendAndRestore } from './at-the-desk.js';
import { corrected, damaged, duplicate, firstPermit, lost, registration, torn, wrongPhoto, type Play } from './at-the-form.js';
import { batch, collected, papersLater, refused } from './at-the-list.js';
import type { Errand } from './day.js';
import { outage } from './outage.js';
import { elder, pupil, towns, worker } from './people.js';

/** The errands of the day, in the order in which people come. What each leaves in the platform's books stands beside it, written down by hand. */
const women = '女工 A worker';
const holder = '持证人 A holder';
const errand = (who: string, what: string, play: Play): Errand => ({ who, what, play });
const mistyped = worker(501);

export const errands: readonly Errand[] = [
  errand(women, '首次申领，材料齐全 first permit, papers complete', firstPermit(mistyped, { as: 'mistyped' })),
  errand(holder, '签注 endorsement', endorse('due-1')),
  errand(holder, '签注 endorsement', endorse('due-2')),
  errand(holder, '逾期补签 late endorsement', endorse('overdue-1')),
  errand(holder, '变更住址 move', move('active-1', towns.yongzhong)),
  errand(holder, '变更住址，逾期申报 move, reported late', move('active-2', towns.liushi, 20)),
  errand(holder, '密码锁定，重置并重设 PIN blocked, reset and set', resetPin('locked-1')),
  errand(holder, '挂失 loss reported', reportLost('active-3')),
  errand(holder, '决定恢复使用 restored by decision', restore('suspended-1')),
  errand('带孩子的家长 A parent', '随迁子女首次申领，监护人代办 first permit of a child, by the guardian', firstPermit(pupil(502))),
  errand(women, '首次申领，写卡中断后续写 first permit, card torn and finished', torn(worker(503), 'torn')),
  errand(women, '首次申领，照片不合格重拍 first permit, photo refused and taken again', wrongPhoto(worker(504))),
  errand(holder, '损坏换领，收工本费 damaged card replaced, fee taken', damaged('active-4')),
  errand(holder, '遗失补领，收工本费 lost card replaced, fee taken', lost('lost-1')),
  errand(holder, '已有居住证又来申领：打开原证 has a permit already: the old one is opened', duplicate('active-5')),
  errand(women, '缺材料：一次告知，补齐后制证 paper missing: told once, brought later, made', papersLater(worker(506))),
  errand('今早的女工 The worker of this morning', '当日更正姓名，主管批准 mistake of today put right, approved', corrected('mistyped', `${mistyped.name}娜`)),
  errand(women, '审核不予办理 application refused', refused(worker(507))),
  errand(holder, '中止使用，当日恢复 suspended, and restored the same day', suspendAndRestore('active-6')),
  errand('巡逻民警 A patrol', '收缴的卡 a seized card is handed in', seize('active-7')),
  errand(holder, '离开本市，注销并收回 leaves the city: cancelled, card taken in', cancel('active-8')),
  errand(holder, '挂失，主管口令先输错 loss reported, second person mistypes first', approvedAtSecond('active-9')),
  errand(holder, '签注中卡被移开，放回办完 endorsement, card lifted and put back', endorseTorn('due-4')),
  errand('病人的儿子 The son of somebody ill', '首次申领，代办人代办 first permit, by an agent', firstPermit(elder(508))),
  errand('三名女工 Three workers', '批量制证三张 three cards made in a batch', batch([worker(509), worker(510), worker(511)], 'collects')),
  errand('其中一名 One of the three', '领取待领的卡，设密码 collects the card that waits, sets the PIN', collected('collects')),
  errand('写卡中断的女工 The worker whose card was torn', '更换密码 another PIN', changePin('torn')),
  errand(holder, '首次设密码 first PIN', setPin('active-10')),
  errand('拾卡人 A finder', '挂失的卡找到：收回 a lost card is found: taken in', found('lost-2')),
  errand(holder, '不予签注 endorsement refused', refuseEndorsement('due-5')),
  errand(women, '居住不满半年，只办登记 here for two months: registered only', registration(worker(512, towns.wuma, 2))),
  errand(women, '平台中断：首次申领 platform away: first permit', outage.begins(firstPermit(worker(505)))),
  errand(holder, '平台中断：签注 platform away: endorsement', outage.goesOn(endorse('due-3'))),
  errand(holder, '平台中断一小时：挂失，恢复后全部上传 platform away for an hour: loss reported; all of it pushed', outage.ends(reportLost('active-11'))),
];
