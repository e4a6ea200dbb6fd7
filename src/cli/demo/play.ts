import type { Story } from './story.js';

/** The acts in order. Told in Chinese and English, as a person at the counter would hear it. */
export const playStory = async (story: Story): Promise<void> => {
  await openingDay(story);
  await firstCards(story);
  await atTheKiosk(story);
  await outage(story);
  await aYearLater(story);
  await secondThoughts(story);
};

const openingDay = async (story: Story): Promise<void> => {
  await story.scene('reader', '接上读卡器（虚拟） A card reader is plugged in', 'done', () => story.openReader());
  await story.scene('platform', '市平台开机 The city platform starts', 'done', () => story.openPlatform());
  await story.scene('enrol', '窗口终端用一次性注册码注册，领到空白卡 A counter enrols with a one-time code and gets blank cards', 'done', () => story.enrol());
  await story.scene('operators', '平台登记窗口人员和主管 The platform enters an operator and a supervisor', 'done', () => story.hire());
  await story.scene('pull', '下载名单、证号、授权、人员与空白卡密钥 It pulls lists, numbers, its certificate, operators and key sets', 'done', () => story.sync());
  await story.scene('sign-in-wrong', '输错口令 A wrong password', 'OPERATOR_PASSWORD_WRONG', () => story.signIn('not the password'));
  await story.scene('sign-in', '窗口人员登录 The operator signs in', 'operator', () => story.signIn());
};

const firstCards = async (story: Story): Promise<void> => {
  const old = story.person('old-rules');
  await story.scene('issue-2009-rules', '一张 2015 年的居住证转到卡上（旧规定） A permit of 2015 is carried onto a card, under the rules of 2009', 'done', () => story.issue('old', old, { issued: old.day }));
  const adult = story.person('adult');
  await story.scene('register', '孩子办理居住登记，发登记凭证 A child is registered and gets a voucher', 'done', () => story.register(story.person('child')));
  await story.scene('application', '成人申领：缺租赁合同，补齐后审核通过 An adult applies: the lease is missing, comes in, the review approves', 'done', () => story.apply(adult));
  await story.scene('issue-2016-rules', '按现行规定签发 The permit is issued under the present rules', 'done', () => story.issue('adult', adult, { receipt: story.receipt }));
  await story.scene('match-body-exchanged', '卡面印错了卡：不能发 The body shows another card’s CAN: not to be handed over', 'BODY_DIFFERS', () => story.holder.matchBody('adult', 'old'));
  await story.scene('match-body', '卡面证号和 CAN 与芯片核对 Number and CAN on the body match the chip', 'done', () => story.holder.matchBody('adult'));
  await story.scene('pin-set', '持卡人自己设密码 The holder sets the PIN', 'done', () => story.holder.setPin('adult'));
  await story.scene('hand-over', '领证 It is handed over', 'done', () => story.handOver('adult'));
  await story.scene('issue-child', '为随父母居住的孩子签发 A child who lives here with the family gets one', 'done', () => story.issue('child', story.person('child')));
  await story.scene('hand-over-child', '由监护人领走 A guardian takes it', 'done', () => story.handOver('child', 'none', 'guardian'));
  const anniversary = story.person('anniversary');
  await story.scene('issue-anniversary', '一张快满一年的居住证转到卡上 A permit that is almost a year old is carried onto a card', 'done', () => story.issue('anniversary', anniversary, { issued: anniversary.day }));
  await story.scene('hand-over-anniversary', '领证 It is handed over', 'done', () => story.handOver('anniversary'));
  await story.scene('push', '上传记录，领回名单 Records are pushed, the new list comes back', 'done', () => story.sync());
  await story.scene('verify-valid', '查验成人的卡 The adult’s card is verified', 'valid', () => story.verify('adult'));
  await story.scene('verify-expired', '查验 2015 年的卡：早已到期 The card of 2015: long expired', 'expired', () => story.verify('old'));
};

const atTheKiosk = async (story: Story): Promise<void> => {
  const { holder } = story;
  await story.scene('kiosk', '大厅的自助机注册，只有自助机的权限 A kiosk is enrolled, with the rights of a kiosk alone', 'done', () => story.openKiosk());
  await story.scene('kiosk-read', '持卡人输密码，看自己的资料 The holder types the PIN and sees the own data', 'valid', () => holder.readAtKiosk('adult', 'first'));
  await story.scene('pin-change', '换密码 The PIN is changed', 'done', () => holder.changePin('adult'));
  await story.scene('card-log', '看谁读过我的卡 Who read my card', 'counter kiosk', () => holder.readLog('adult'));
  await story.scene('presence', '卡当场签名 The card signs that it is here', 'done', () => holder.signAtKiosk('adult'));
  await story.scene('pin-block', '捡到卡的人试密码：三次锁定 A finder guesses: blocked after three', 'PIN_WRONG PIN_WRONG PIN_BLOCKED', () => holder.blockPin('adult'));
  await story.scene('pin-reset', '持卡人带身份证到窗口重置 The holder comes to the counter: reset', 'done', () => holder.resetPin('adult'));
  await story.scene('push-kiosk', '自助机上传 The kiosk pushes', 'done', () => holder.syncKiosk());
};

const outage = async (story: Story): Promise<void> => {
  await story.scene('outage', '平台断网 The platform goes down', 'done', () => story.takePlatformDown());
  await story.scene('issue-offline', '离线再签发一张 One more is issued off-line', 'done', () => story.issue('offline', story.person('adult-2')));
  await story.scene('verify-unconfirmed', '查验离线签发的卡：平台尚未确认 The off-line card: not confirmed yet', 'unconfirmed', () => story.verify('offline'));
  await story.scene('verify-clone', '一张没有私钥的复制卡 A copy without the private key', 'cloned', () => story.verify('adult', { copied: true }));
  const torn = story.person('adult-3');
  await story.scene('issue-torn', '写到一半卡被拿走 A card is lifted in the middle of writing', 'CARD_REMOVED', () => story.issueTorn(torn, 9));
  await story.scene('issue-resumed', '放回同一张卡，接着写完 The same card is put back and finished', 'resumed', () => story.resumeTorn('torn', torn));
  await story.scene('platform-back', '平台恢复 The platform is back', 'done', () => story.bringPlatformBack());
  await story.scene('push-backlog', '补传积压的记录，更新名单 The backlog is pushed, lists are renewed', 'done', () => story.sync());
  await story.scene('verify-confirmed', '离线签发的卡现在有效 The off-line card is valid now', 'valid', () => story.verify('offline'));
};

const aYearLater = async (story: Story): Promise<void> => {
  const anniversary = story.person('anniversary');
  await story.scene('endorse', '满一年前签注 The yearly endorsement, within its window', 'done', () => story.endorse('anniversary'));
  await story.scene('endorse-again', '再签注一次：未到期 Once more: too early', 'ENDORSEMENT_TOO_EARLY', () => story.endorse('anniversary'));
  await story.scene('move', '搬家，卡上变更住址 A move: the address on the card changes', 'done', () => story.move('anniversary', anniversary));
  await story.scene('push-changes', '上传签注和变更 Both are pushed', 'done', () => story.sync());
  await story.scene('replace', '卡损坏换领，收回旧卡，收工本费 The damaged card is replaced: the old one comes back, the fee is taken', 'done', () => story.replace('anniversary', 'anniversary-old', anniversary, 'damaged'));
  await story.scene('correct', '当日发现写错，主管批准，重做一张 A mistake of today: a supervisor approves, the card is made anew', 'done', () => story.replace('offline', 'offline-old', story.person('adult-2'), 'correction'));
  await story.scene('hand-over-replaced', '换领的卡领走 The replaced card is handed over', 'done', () => story.handOver('anniversary', 'returned'));
  await story.scene('push-replaced', '上传，更新名单 Pushed, the list renewed', 'done', () => story.sync());
  await story.scene('verify-replaced', '新卡有效，签注已带过去 The new card is valid, its endorsement carried over', 'valid', () => story.verify('anniversary'));
  await story.scene('verify-replaced-old', '旧卡已注销 The old card is listed', 'revoked', () => story.verify('anniversary-old'));
  await story.scene('end-old-card', '收回的旧卡终止芯片 The chip of the old card is ended', 'CARD_TERMINATED', () => story.holder.endCard('anniversary-old'));
  await story.scene('verify-corrected', '重做的卡有效 The corrected card is valid', 'valid', () => story.verify('offline'));
};

const secondThoughts = async (story: Story): Promise<void> => {
  await story.scene('revoke', '成人挂失，两人批准 The adult reports the card lost; two people approve', 'done', () => story.changeStatus('adult', 1, 'lost'));
  await story.scene('suspend', '孩子的证中止使用，两人批准 The child’s permit is suspended by decision', 'done', () => story.changeStatus('child', 2, 'decision'));
  await story.scene('cancel', '一人离温，注销 Somebody leaves the city: cancelled', 'done', () => story.changeStatus('torn', 1, 'left'));
  await story.scene('push-decisions', '先传挂失和注销，更新名单 Losses go first, the list is renewed', 'done', () => story.sync());
  await story.scene('verify-revoked', '再验挂失的卡：已注销 The lost card again: revoked', 'revoked', () => story.verify('adult'));
  await story.scene('verify-suspended', '中止的卡 The suspended card', 'suspended', () => story.verify('child'));
  await story.scene('verify-cancelled', '注销的卡 The cancelled card', 'revoked', () => story.verify('torn'));
  await story.scene('restore', '恢复使用 The suspension is lifted', 'done', () => story.changeStatus('child', 0, 'restored'));
  await story.scene('push-restored', '上传，更新名单 Pushed, the list renewed', 'done', () => story.sync());
  await story.scene('verify-restored', '恢复后有效 The child’s card is valid again', 'valid', () => story.verify('child'));
  await story.scene('close-day', '日终对账：现金和空白卡 The day is closed: money and blanks agree with the books', 'done', () => story.closeDay());
  await story.scene('push-last', '最后一次上传 A last push', 'done', () => story.sync());
};
