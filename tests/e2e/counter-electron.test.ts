import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portraitOf } from '../../src/cli/invented/index.js';
import type { RunningApp } from './app-host.js';
import { Clerk } from './clerk.js';
import { blankName, holderPin } from './counter-stage.js';
import { firstLeft } from './day/at-the-form.js';
import { bookedPermit } from './day/books.js';
import { today, towns, worker } from './day/people.js';
import { ElectronHost } from './electron-host.js';
import { Keypad } from './keypad.js';
import { operator } from './stage.js';
import { World } from './world.js';

/** The counter in the real Electron: the clerk signs in, a card is read, endorsed, its PIN typed by the holder, its next card begun, and a form keeps what was typed over a death of the service. */
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

  it('a holder types a new PIN in the window that opens for it, and it closes again', { timeout: 60_000 }, async () => {
    await clerk.desk(() => world.put('locked-1'));
    await clerk.act('p');
    const opened = app.page.context().waitForEvent('page');
    await clerk.enter();
    const page = await opened;
    await new Keypad(page).set(holderPin);
    await clerk.shown(app.page.locator('.action-panel .finish'));
    if (!page.isClosed()) await page.waitForEvent('close');
    expect(app.page.context().pages()).toEqual([app.page]);
    await clerk.home();
    expect(await app.watched.faults()).toEqual([]);
  });

  it('the form of a damaged card’s next one starts with what the card told', { timeout: 60_000 }, async () => {
    await clerk.desk(() => world.put('active-1'));
    const { name, idNumber, birth, registeredAddress } = world.counter.cards['active-1']!.person!;
    await clerk.meter.press('d');
    await clerk.step('identity');
    const typed = async (field: string): Promise<string> => app.page.locator(`#field-${field}`).inputValue();
    expect(await Promise.all(['name', 'idNumber', 'birth', 'registeredAddress'].map(typed))).toEqual([name, idNumber, birth, registeredAddress]);
    // Of what was told, the number of the permit alone stands in the address.
    expect(decodeURI(app.page.url())).not.toContain(idNumber);
    await clerk.home();
    expect(await app.watched.faults()).toEqual([]);
  });

  it('a resident’s first permit, from the first key to the card in the hand, the PIN typed in the window that opens for it', { timeout: 180_000 }, async () => {
    const person = worker(801);
    await app.watched.hearBridge();
    await clerk.meter.press('F2');
    await clerk.step('identity');
    await clerk.identity(person);
    await clerk.noDuplicate();
    await clerk.address(person, towns.wuma.typed);
    await clerk.work(person);
    await clerk.papers();
    await clerk.notice();
    await clerk.step('photo');
    // A picture file, as from a studio.
    await app.page.locator('.photo input[type="file"]').setInputFiles({ name: 'sitter.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(portraitOf(person, today())) });
    await clerk.shown(app.page.locator('[data-state="taken"] p.small[role="status"]'));
    await clerk.next();
    await clerk.kind();
    await clerk.accept();
    await clerk.step('write');
    await world.put(blankName(1));
    await clerk.make();
    const { permitNumber, can } = app.watched.made.at(-1)!;
    await clerk.type('can', can);
    const opened = app.page.context().waitForEvent('page');
    await clerk.enter();
    const page = await opened;
    await new Keypad(page).set(holderPin);
    await clerk.shown(app.page.locator('.hand-over[data-state="give"]'));
    if (!page.isClosed()) await page.waitForEvent('close');
    await clerk.next();
    await clerk.step('done');
    // The PIN was the holder's alone.
    expect(await app.page.locator('body').innerText()).not.toContain(holderPin);
    await clerk.home();
    await clerk.meter.press('F7');
    await app.page.getByRole('banner').getByText('待传 0 条').waitFor({ timeout: 60_000 });
    const { permitNumber: _number, ...booked } = firstLeft(permitNumber);
    expect(await bookedPermit(world, permitNumber)).toEqual(booked);
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
    // Whoever was there before is led back to the form that was open.
    await clerk.signIn(operator, '[data-step="identity"]');
    expect(await app.page.locator('#field-name').inputValue()).toBe('林某某');
    await clerk.home();
    await clerk.meter.press('F6');
    await app.page.locator('.home tbody button').first().click();
    await clerk.step('identity');
    expect(await app.page.locator('#field-name').inputValue()).toBe('林某某');
  });
});
