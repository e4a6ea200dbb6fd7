import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decodeCbor } from '../../src/cose/index.js';
import { originKey } from '../../src/platform/intake/prepare-events.js';
import { askService } from './ask-service.js';
import type { Clerk } from './clerk.js';
import { today } from './day/people.js';
import { formAt, formLeftAt, newcomer, photoOf } from './scenes/counter/forms.js';
import { Scenery } from './scenes/index.js';

/** The form of a new permit under the hands of somebody who types faster than the service answers, and what of it comes to the platform. Everybody is invented. */
const reason = '姓名和照片都不同，号码由户籍地核实';

describe('the form of a new permit', () => {
  let scenery: Scenery;
  let clerk: Clerk;
  const value = (field: string): Promise<string> => scenery.page.locator(`#field-${field}`).inputValue();
  beforeAll(async () => {
    scenery = await Scenery.open({ stage: 'counter' });
  }, 180_000);
  afterEach(() => scenery.thaw());
  afterAll(() => scenery.close());

  it('Enter leads past birth and sex before the service has said a word, and nothing typed is lost', { timeout: 90_000 }, async () => {
    const { idNumber, registeredAddress, birth } = newcomer();
    ({ clerk } = await formLeftAt(scenery, 'identity', {}));
    await clerk.at('name');
    scenery.freeze();
    await clerk.write('name', '林某某');
    await clerk.enter();
    await clerk.type('idNumber', idNumber);
    await clerk.enter();
    await clerk.type('ethnicGroup', '1');
    await clerk.enter();
    await clerk.write('registeredAddress', registeredAddress);
    await clerk.enter();
    await clerk.at('phone');
    scenery.thaw();
    await expect.poll(() => value('birth'), { timeout: 20_000 }).toBe(birth);
    expect(await Promise.all(['name', 'idNumber', 'registeredAddress'].map(value))).toEqual(['林某某', idNumber, registeredAddress]);
  });

  it('Enter before the list of divisions came takes its first line when it comes', { timeout: 90_000 }, async () => {
    ({ clerk } = await formLeftAt(scenery, 'address', formAt('address', newcomer())));
    await clerk.at('division');
    scenery.freeze();
    await clerk.type('division', 'wmj');
    await clerk.enter();
    await clerk.write('address', '文昌路84号');
    scenery.thaw();
    await expect.poll(() => value('division'), { timeout: 20_000 }).toBe('鹿城区五马街道');
    await clerk.next();
    await clerk.step('work');
  });

  it('of whose permit it makes another card stands in its draft from the first moment, and in no address', { timeout: 90_000 }, async () => {
    const { permitNumber } = scenery.world.counter.cards['active-12']!;
    const { page } = scenery;
    await clerk.home();
    await clerk.desk(() => scenery.world.put('active-12'));
    await clerk.meter.press('d');
    await clerk.step('identity');
    expect(page.url()).not.toContain(permitNumber);
    await page.locator('[data-saved]', { hasText: '已保存' }).waitFor();
    const id = (await page.locator('[data-draft]').getAttribute('data-draft'))!;
    expect(await askService(page, { workflow: 'draft-open', id })).toMatchObject({ purpose: 'damaged', permitNumber });
    await page.reload();
    await page.locator(`[data-draft="${id}"][data-step="identity"]`).waitFor();
    await page.locator('.counter header', { hasText: '损坏' }).waitFor();
  });

  it('why somebody of the same number is another person comes to the platform with the acceptance', { timeout: 90_000 }, async () => {
    const { world, page } = scenery;
    const person = { ...world.counter.cards['active-13']!.person!, name: '林某某' };
    const since = person.residence.since < today() ? person.residence.since : today();
    const form = { ...formAt('answers', person), since };
    ({ clerk } = await formLeftAt(scenery, 'duplicates', form, { photo: photoOf(person) }));
    await page.locator('[data-state="found"] button:focus').first().waitFor();
    await clerk.next();
    await page.locator('.different input:focus').waitFor();
    await clerk.meter.write(reason);
    for (const step of ['address', 'work', 'papers', 'notice', 'photo', 'kind', 'answers', 'write']) {
      await clerk.next();
      await clerk.step(step);
      if (step === 'photo') await page.locator('[data-state="kept"] img').waitFor();
      if (step === 'kind') await page.locator('.offer.chosen').waitFor();
    }
    await askService(page, { workflow: 'sync' });
    const rows = world.platform.rows<{ box: Uint8Array; origin_terminal: string; origin_epoch: number; origin_seq: number }>(`select box, origin_terminal, origin_epoch, origin_seq from events where type = 'acceptance' and origin_terminal = '${world.counter.terminals.counter}'`);
    const told = await world.platform.administer(async ({ boxes }) =>
      Promise.resolve(rows.map(({ box, origin_terminal: terminal, origin_epoch: epoch, origin_seq: seq }) => (decodeCbor(boxes.open('events', originKey({ terminal, epoch, seq }), new Uint8Array(box))) as Map<string, unknown>).get('distinctReason'))),
    );
    expect(told).toEqual([reason]);
    expect(await scenery.app.watched.faults()).toEqual([]);
  });
});
