import { afterAll, beforeAll, expect, it } from 'vitest';
import { failureCodes } from '../../src/contract/index.js';
import { parts } from './accessible.js';
import { violations } from './axe.js';
import { everyScene, Scenery } from './scenes/index.js';

/** Every failure code's screen by axe-core, what a screen reader is told, and the way by keys. The screens' own states are looked at by `accessibility-*.test.ts`. */
let scenery: Scenery;
beforeAll(async () => {
  scenery = await Scenery.open();
}, 120_000);
afterAll(() => scenery.close());

it('no screen with scenes is left out of the parts', () => {
  expect([...new Set(everyScene().map(({ screen }) => screen))].sort()).toEqual(Object.values(parts).flat().sort());
});

it('every failure code has a screen of its own that axe finds nothing in', { timeout: 180_000 }, async () => {
  await scenery.waiting();
  const found: string[] = [];
  for (const code of failureCodes) {
    await scenery.go(`/failure/${code}`);
    await scenery.page.locator(`[data-code="${code}"]`).waitFor();
    found.push(...(await violations(scenery.page)).map((finding) => `${code}: ${finding}`));
  }
  expect(found).toEqual([]);
});

it('a verdict is told at once to who hears the screen, and the focus stays where it is', { timeout: 60_000 }, async () => {
  await scenery.waiting();
  const alert = scenery.page.getByRole('alert').filter({ hasText: '已注销' });
  await scenery.world.put('revoked');
  await alert.first().waitFor({ state: 'attached' });
  expect(await alert.first().innerText()).toContain('请按规程处理此卡并登记。');
  // Marks that are signs for the eye have words for the ear.
  const marks = await scenery.page.locator('[data-check] [role="img"]').evaluateAll((all) => all.map((each) => (each as unknown as { ariaLabel: string | null }).ariaLabel));
  expect(marks).toHaveLength(5);
  expect(new Set(marks)).toEqual(new Set(['通过', '未通过']));
});

it('the whole way from sign-in to verdict, look-up and history goes by keys', { timeout: 90_000 }, async () => {
  await scenery.signedOut();
  const { page, desk, world } = scenery;
  await world.take();
  await page.keyboard.type('P-101');
  await page.keyboard.press('Enter');
  await page.keyboard.type('officer-P-101-pw');
  await page.keyboard.press('Enter');
  const asked = page.getByLabel(desk.label('place'), { exact: true });
  await asked.or(page.getByText(desk.label('waiting'), { exact: true })).first().waitFor();
  if (!(await asked.isVisible())) await page.keyboard.press('F4');
  await asked.waitFor();
  // The list has the focus; a digit chooses and goes on to the place.
  await scenery.settled();
  await page.keyboard.press('4');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('火车站');
  await page.keyboard.press('Enter');
  await desk.waiting();
  await world.put('valid');
  await desk.verdict({ result: 'valid' }, world.stage.cards.valid!.holder);
  await page.keyboard.press('Space');
  await desk.waiting();
  await page.keyboard.press('F6');
  await page.getByRole('textbox').waitFor();
  await page.keyboard.type(world.stage.cards.valid!.permitNumber!);
  await page.keyboard.press('Enter');
  await page.locator('[data-status="valid"]').waitFor();
  await page.keyboard.press('Escape');
  await desk.waiting();
  await page.keyboard.press('h');
  await page.locator('tbody tr').first().waitFor();
  await page.keyboard.press('Escape');
  await desk.waiting();
});
