import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ChromiumHost, type ChromiumApp } from './chromium-host.js';
import { Clerk } from './clerk.js';
import { blankName, holderPin } from './counter-stage.js';
import { bookedPermit } from './day/books.js';
import { firstLeft } from './day/at-the-form.js';
import { towns, worker } from './day/people.js';
import { cameraSwitches, filmSitter } from './fake-camera.js';
import { Keypad } from './keypad.js';
import { operator } from './stage.js';
import { World } from './world.js';

/** Nothing that was begun is lost: a desk that locked itself, and a service that died while a card was written. */
describe('in Chromium', () => {
  let open: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of open.reverse()) await end();
    open = [];
  });

  const begin = async (lockAfter?: number): Promise<{ readonly world: World; readonly app: ChromiumApp; readonly clerk: Clerk }> => {
    const world = await World.open({ stage: 'counter' });
    open.push(() => world.close());
    const film = join(world.root, 'sitter.y4m');
    filmSitter(film);
    const host = new ChromiumHost(cameraSwitches(film));
    open.push(() => host.close());
    const app = await host.start(world, { mode: 'counter', ...(lockAfter === undefined ? {} : { lockAfter }) });
    open.push(() => app.close());
    const clerk = new Clerk(app);
    await clerk.signIn();
    return { world, app, clerk };
  };
  const signInAsked = (clerk: Clerk): Promise<void> => clerk.page.getByLabel(clerk.label('password'), { exact: true }).waitFor({ timeout: 60_000 });

  it('a desk that nobody used locks itself and hides the person; who signs in again stands where they stood', { timeout: 180_000 }, async () => {
    const person = worker(701);
    // Nine seconds without a call.
    const { app, clerk } = await begin(0.15);
    await clerk.meter.press('F2');
    await clerk.step('identity');
    await clerk.identity(person);
    await clerk.noDuplicate();
    await clerk.type('division', towns.wuma.typed);
    await clerk.shown(app.page.locator('[role="option"]'));
    await clerk.enter();
    await clerk.write('address', '望江路12号301室');
    await signInAsked(clerk);
    const shown = await app.page.locator('body').innerText();
    for (const own of [person.name, person.idNumber, person.phone ?? person.name]) expect(shown).not.toContain(own);
    await clerk.signIn(operator, '[data-step="address"]');
    expect(await app.page.locator('#field-address').inputValue()).toContain('望江路12号301室');
    await clerk.meter.press('Alt+ArrowUp');
    await clerk.step('duplicates');
    await clerk.meter.press('Alt+ArrowUp');
    await clerk.step('identity');
    const typed = (field: string): Promise<string> => app.page.locator(`#field-${field}`).inputValue();
    expect(await Promise.all(['name', 'idNumber', 'registeredAddress'].map(typed))).toEqual([person.name, person.idNumber, person.registeredAddress]);
    expect(await app.watched.faults()).toEqual([]);
  });

  it('the service is killed in the middle of a write: form and card are there at the next sign-in, and the card is finished, once', { timeout: 240_000 }, async () => {
    const { world, app, clerk } = await begin();
    const { page } = app;
    const keypad = await Keypad.open(app);
    // A slow card: there is a middle.
    await world.put(blankName(1), { delayMs: 80 });
    await clerk.apply(worker(702), towns.wuma.typed);
    await clerk.shown(page.locator('.write[data-state="ready"]'));
    await clerk.enter();
    await page.locator('.write-steps li.current .count').waitFor();
    const before = app.servicePid();
    process.kill(before, 'SIGKILL');
    await signInAsked(clerk);
    await clerk.signIn(operator, '[data-step="write"]');
    expect(app.servicePid()).not.toBe(before);
    await world.setFaults({});
    await page.locator('.write[data-state="ready"]').waitFor();
    await clerk.enter();
    await clerk.step('hand-over');
    const { permitNumber, can } = app.watched.made.at(-1)!;
    await keypad.is('idle');
    await clerk.handOver(can, keypad, holderPin);
    await clerk.home();
    await page.keyboard.press('F7');
    await page.getByRole('banner').getByText('待传 0 条').waitFor({ timeout: 60_000 });
    const { permitNumber: _number, ...booked } = firstLeft(permitNumber);
    expect(await bookedPermit(world, permitNumber)).toEqual(booked);
    expect(world.platform.rows(`select permit_number from permits where permit_number = '${permitNumber}'`)).toHaveLength(1);
    const cards = world.platform.rows<{ n: number }>(`select count(*) as n from intake_ledger where terminal = '${world.counter.terminals.counter}' and type = 'issue'`);
    expect(cards).toEqual([{ n: 1 }]);
  });
});
