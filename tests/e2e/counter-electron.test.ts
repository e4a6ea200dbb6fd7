import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningApp } from './app-host.js';
import { Clerk } from './clerk.js';
import { ElectronHost } from './electron-host.js';
import { World } from './world.js';

/** The counter in the real Electron: the clerk signs in, a card is read, endorsed, and a form keeps what was typed over a death of the service. */
describe('in Electron', () => {
  const host = new ElectronHost();
  let world: World;
  let app: RunningApp;
  let clerk: Clerk;
  beforeAll(async () => {
    world = await World.open({ stage: 'counter' });
    app = await host.start(world, { mode: 'counter' });
    clerk = new Clerk(app);
    await clerk.signIn();
  }, 180_000);
  afterAll(async () => {
    await app.close();
    await host.close();
    await world.close();
  });

  it('a holder comes to have the permit endorsed', { timeout: 60_000 }, async () => {
    await clerk.desk(() => world.put('due-1'));
    await clerk.act('e');
    await clerk.home();
    expect(await app.watched.faults()).toEqual([]);
  });

  it('what was typed outlives the service', { timeout: 90_000 }, async () => {
    await clerk.meter.press('F2');
    await clerk.step('identity');
    await clerk.write('name', '林某某');
    await clerk.enter();
    await app.page.locator('#field-idNumber:focus').waitFor();
    await app.page.getByText(/已保存/).first().waitFor();
    process.kill(app.servicePid(), 'SIGKILL');
    await app.page.getByLabel('口令', { exact: true }).waitFor();
    await clerk.signIn();
    await clerk.meter.press('F6');
    await app.page.locator('.home tbody button').first().click();
    await clerk.step('identity');
    expect(await app.page.locator('#field-name').inputValue()).toBe('林某某');
  });
});
