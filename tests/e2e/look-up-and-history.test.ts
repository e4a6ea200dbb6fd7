import { afterEach, describe, expect, it } from 'vitest';
import type { RunningApp } from './app-host.js';
import { ChromiumHost } from './chromium-host.js';
import type { Desk } from './desk.js';
import { expectedScreens } from './expected.js';
import { unknownNumber } from './scenes/look-up-scenes.js';
import { playedIn } from './played.js';
import type { World } from './world.js';

/** By the number when there is no card to read; and what was checked in the shift. */
let world: World;
let app: RunningApp;
let desk: Desk;
playedIn(() => new ChromiumHost(), (played) => ({ world, app, desk } = played));
afterEach(async () => expect(await app.watched.faults()).toEqual([]));

const lookUp = async (number: string): Promise<void> => {
  await app.page.getByRole('textbox').fill(number);
  await app.page.keyboard.press('Enter');
};
const status = (): Promise<string | null> => app.page.locator('[data-status]').first().getAttribute('data-status');

describe('look-up', () => {
  it('on-line: what the platform says, and that no card was checked', { timeout: 60_000 }, async () => {
    await app.page.keyboard.press('F6');
    await lookUp(world.stage.cards.valid!.permitNumber!);
    await app.page.getByText('平台答复').waitFor();
    expect(await status()).toBe('valid');
    await app.page.getByText('仅查询，未核验卡片').waitFor();
    // Green belongs to a card whose every check passed.
    expect(await app.page.locator('[data-result="valid"]').count()).toBe(0);
    await lookUp(world.stage.cards.revoked!.permitNumber!);
    await app.page.locator('[data-status="cancelled"]').first().waitFor();
    await lookUp(unknownNumber);
    await app.page.getByText('查无此证').waitFor();
  });

  it('a number that cannot be is told before anybody is asked', { timeout: 60_000 }, async () => {
    await lookUp('330302');
    await app.page.getByText('还差 12 位').waitFor();
    const valid = world.stage.cards.valid!.permitNumber!;
    await lookUp(valid.slice(0, 17) + String((Number(valid.at(-1)) + 1) % 10));
    await app.page.getByText('证号校验位不对').waitFor();
  });

  it('off-line: by the list, with its age', { timeout: 60_000 }, async () => {
    await world.platform.stop();
    await lookUp(world.stage.cards.suspended!.permitNumber!);
    await app.page.getByText('离线：按本机名单').last().waitFor();
    expect(await status()).toBe('suspended');
    await world.platform.start();
  });

  it('every look-up is captured with who, why and where', { timeout: 60_000 }, async () => {
    await app.page.keyboard.press('Escape');
    await app.page.keyboard.press('F5');
    await app.page.getByText('更新完成').waitFor();
    const rows = world.platform.rows<{ reason: string; purpose: string; permit_number: string }>("select reason, purpose, permit_number from verifications where reason like 'looked-up%' order by origin_seq");
    expect(rows.map(({ reason, purpose }) => [reason, purpose])).toEqual([['looked-up', 'station'], ['looked-up', 'station'], ['looked-up-unknown', 'station'], ['looked-up-lists', 'station']]);
  });
});

describe('history', () => {
  const rows = () => app.page.locator('tbody tr');

  it('lists the checks of the shift, masked; a line that is opened is captured', { timeout: 90_000 }, async () => {
    await desk.waiting();
    for (const card of ['valid', 'revoked'] as const) {
      await world.put(card);
      await desk.verdict(expectedScreens[card], world.stage.cards[card]!.holder);
    }
    await app.page.keyboard.press('h');
    await rows().nth(1).waitFor();
    const text = await app.page.locator('table').innerText();
    const { permitNumber } = world.stage.cards.revoked!;
    expect(text).toContain(permitNumber!.slice(-4));
    expect(text).not.toContain(permitNumber!);
    expect(text).not.toContain(world.stage.cards.revoked!.holder!);
    await app.page.getByRole('button', { name: '打开' }).first().click();
    await app.page.getByText('已打开，此次打开已记录。').waitFor();
    expect((await app.page.locator('main').innerText()).replaceAll(/\s/g, '')).toContain(permitNumber!);
    await app.page.keyboard.press('Escape');
    await app.page.keyboard.press('Escape');
    await app.page.keyboard.press('F5');
    await app.page.getByText('更新完成').waitFor();
    expect(world.platform.rows('select * from check_views')).toHaveLength(1);
  });

  it('is gone when the shift ends', { timeout: 60_000 }, async () => {
    await app.page.getByRole('button', { name: '菜单' }).click();
    await app.page.getByRole('button', { name: '退出登录' }).click();
    await world.take();
    await desk.signIn();
    await app.page.getByLabel(desk.label('place'), { exact: true }).or(app.page.getByText(desk.label('waiting'), { exact: true })).first().waitFor();
    if (await app.page.getByLabel(desk.label('place'), { exact: true }).isVisible()) await desk.chooseOperation();
    await app.page.keyboard.press('h');
    await app.page.getByText('本班还没有查验记录').waitFor();
    expect(await rows().count()).toBe(0);
  });
});
