import { afterEach, describe, expect, it } from 'vitest';
import type { RunningApp } from './app-host.js';
import { Desk } from './desk.js';
import { hosts } from './hosts.js';
import { clumsy, police } from './stage.js';
import { playedIn } from './played.js';
import type { World } from './world.js';

/** Who may work at the desk: by keys alone, in Chinese and English. */
describe.each(hosts)('in %s', (_, makeHost) => {
  let world: World;
  let app: RunningApp;
  playedIn(makeHost, (played) => ({ world, app } = played), { ready: false });
  afterEach(async () => expect(await app.watched.faults()).toEqual([]));

  const refused = (code: string): Promise<void> => app.page.locator(`[data-code="${code}"][role="alert"]`).waitFor();

  it('says what is missing, what is unknown and what is wrong, each in the language that is chosen', { timeout: 60_000 }, async () => {
    const desk = new Desk(app);
    await desk.page.getByLabel(desk.label('operator'), { exact: true }).waitFor();
    // The focus stands in the first field: nobody needs a mouse.
    await desk.page.keyboard.press('Enter');
    await desk.page.keyboard.press('Enter');
    await desk.page.getByText('请输入工号。').waitFor();
    await desk.signIn('P-999', 'whatever it is');
    await refused('OPERATOR_UNKNOWN');
    await desk.signIn(police.id, 'not the password');
    await refused('OPERATOR_PASSWORD_WRONG');
    await desk.page.getByText('口令不对。').waitFor();
    await desk.page.locator('button.language').click();
    await desk.page.getByText('The password is wrong.').waitFor();
    expect(await desk.page.evaluate(() => (globalThis as unknown as { document: { documentElement: { lang: string } } }).document.documentElement.lang)).toBe('en');
    await desk.page.locator('button.language').click();
    // A password never stands in the field afterwards.
    expect(await desk.page.getByLabel(desk.label('password'), { exact: true }).inputValue()).toBe('');
  });

  it('locks after five wrong passwords and counts the time down, for the right one too', { timeout: 60_000 }, async () => {
    const desk = new Desk(app);
    for (let tries = 1; tries <= 5; tries += 1) {
      await desk.signIn(clumsy.id, `wrong ${tries}`);
      await refused(tries < 5 ? 'OPERATOR_PASSWORD_WRONG' : 'OPERATOR_LOCKED');
    }
    await desk.page.getByText(/还需等待 1[45] 分/).waitFor();
    await desk.signIn(clumsy.id, clumsy.password);
    await refused('OPERATOR_LOCKED');
  });

  it('lets the officer in, asks once for the reason, and is as before after a reload', { timeout: 60_000 }, async () => {
    const desk = new Desk(app);
    await desk.ready();
    await desk.page.getByText('车站、港口、码头、机场或重大活动场所').first().waitFor();
    await desk.page.reload();
    await desk.waiting();
    await desk.page.getByText('车站、港口、码头、机场或重大活动场所').first().waitFor();
  });

  it('signs out from the menu, and nothing of the session is on the screen', { timeout: 60_000 }, async () => {
    await world.put('valid');
    const desk = new Desk(app);
    await desk.verdict({ result: 'valid' }, world.stage.cards.valid!.holder);
    await desk.page.getByRole('button', { name: '菜单' }).click();
    await desk.page.getByRole('button', { name: '退出登录' }).click();
    await desk.page.getByLabel(desk.label('password'), { exact: true }).waitFor();
    expect(await desk.page.getByText(world.stage.cards.valid!.holder!).count()).toBe(0);
    expect(await desk.page.getByText(police.name).count()).toBe(0);
  });
});
