import type { Story } from './story.js';

/** The acts in order. Told in Chinese and English, as a person at the counter would hear it. */
export const playStory = async (story: Story): Promise<void> => {
  await story.scene('reader', '接上读卡器（虚拟） A card reader is plugged in', 'done', () => story.openReader());
  await story.scene('platform', '市平台开机 The city platform starts', 'done', () => story.openPlatform());
  await story.scene('enrol', '窗口终端用一次性注册码注册，领到空白卡 A counter enrols with a one-time code and gets blank cards', 'done', () => story.enrol());
  await story.scene('pull', '下载名单、证号、授权与空白卡密钥 It pulls lists, numbers, its certificate and key sets', 'done', () => story.sync());

  const old = story.person('old-rules');
  await story.scene('issue-2009-rules', '一张 2015 年的居住证转到卡上（旧规定） A permit of 2015 is carried onto a card, under the rules of 2009', 'done', () => story.issue('old', old, { issued: old.day }));
  await story.scene('issue-2016-rules', '按现行规定签发一张居住证 A permit is issued under the present rules', 'done', () => story.issue('adult', story.person('adult')));
  await story.scene('issue-child', '为随父母居住的孩子签发 A child who lives here with the family gets one', 'done', () => story.issue('child', story.person('child')));
  await story.scene('push', '上传记录，领回名单 Records are pushed, the new list comes back', 'done', () => story.sync());
  await story.scene('verify-valid', '查验成人的卡 The adult’s card is verified', 'valid', () => story.verify('adult'));
  await story.scene('verify-expired', '查验 2015 年的卡：早已到期 The card of 2015: long expired', 'expired', () => story.verify('old'));

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
  await story.scene('revoke', '成人挂失，两人批准 The adult reports the card lost; two people approve', 'done', () => Promise.resolve(story.revoke('adult')));
  await story.scene('push-revocation', '上传挂失，更新名单 The loss is pushed, the list renewed', 'done', () => story.sync());
  await story.scene('verify-revoked', '再验那张卡：已注销 The lost card again: revoked', 'revoked', () => story.verify('adult'));
  await story.scene('verify-resumed', '断过的卡是好卡 The card that was torn is a good one', 'valid', () => story.verify('torn'));
  await story.scene('push-last', '最后一次上传 A last push', 'done', () => story.sync());
};
