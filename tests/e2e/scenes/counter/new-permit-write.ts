import type { Scene } from '../scene.js';
import type { Scenery } from '../scenery.js';
import { acceptedForm, atWriting, keepMade, nextBlank, permitOfToday, type Accepted } from './cards-made.js';
import { formScene } from './forms.js';

/** The card is written: before it, while it goes on, and what may come in between. */
const tear = (at: number) => ({ tearAtApdu: { at, when: 'before' } }) as const;
const state = (scenery: Scenery, name: string): Promise<void> => scenery.page.locator(`.write[data-state="${name}"]`).waitFor();

/** The one that a scene has begun, until its end. */
const begun = new WeakMap<Scenery, { readonly form: Accepted; readonly card: string }>();
const begin = async (scenery: Scenery, faults: Parameters<Scenery['world']['put']>[1]): Promise<void> => {
  const card = nextBlank(scenery);
  const form = await atWriting(scenery, () => scenery.world.put(card, faults));
  begun.set(scenery, { form, card });
  await form.clerk.enter();
};
const finished = async (scenery: Scenery, goOn: (card: string) => Promise<unknown>): Promise<void> => {
  const { form, card } = begun.get(scenery) ?? {};
  if (form === undefined || card === undefined) return;
  await goOn(card);
  await keepMade(scenery, form, card);
  begun.delete(scenery);
};

const spoilButton = ({ page }: Scenery) => page.locator('.write .buttons button').nth(1);
/** Taken away again and again. */
const tornThrice = async (scenery: Scenery): Promise<void> => {
  await begin(scenery, tear(12));
  await state(scenery, 'torn');
  const { card = '' } = begun.get(scenery) ?? {};
  for (let tries = 1; tries < 3; tries += 1) {
    await scenery.world.torn();
    await scenery.world.put(card, tear(8));
    await state(scenery, 'writing');
    await state(scenery, 'torn');
  }
  await spoilButton(scenery).getByText('作废').waitFor();
};

export const writeScenes = {
  'write-waiting': formScene(async (scenery) => {
    await atWriting(scenery, () => scenery.world.take());
    await scenery.page.getByText('请放上空白卡').waitFor();
  }),
  'write-ready': formScene(async (scenery) => {
    const card = nextBlank(scenery);
    await atWriting(scenery, () => scenery.world.put(card));
    await scenery.page.getByText('卡已放上，可以写卡').waitFor();
  }),
  // The next scene goes on from here.
  'torn-spoil': { play: tornThrice },
  spoilt: formScene(async (scenery) => {
    if (!(await spoilButton(scenery).isVisible())) await tornThrice(scenery);
    await spoilButton(scenery).press('Enter');
    await scenery.page.getByText('已登记作废').waitFor();
    begun.delete(scenery);
  }),
  'write-failed': formScene(async (scenery) => {
    const { clerk } = await atWriting(scenery, () => scenery.world.put('active-10'));
    await clerk.enter();
    await state(scenery, 'failed');
  }),
  writing: formScene(
    async (scenery) => {
      await begin(scenery, { delayMs: 50 });
      await scenery.page.locator('.write-steps .current .count').waitFor();
      scenery.freeze();
    },
    async (scenery) => {
      scenery.thaw();
      await finished(scenery, () => scenery.world.setFaults({}));
    },
  ),
  torn: formScene(
    async (scenery) => {
      await begin(scenery, tear(12));
      await state(scenery, 'torn');
    },
    (scenery) =>
      finished(scenery, async (card) => {
        await scenery.world.torn();
        await scenery.world.put(card);
      }),
  ),
  approval: formScene(
    async (scenery) => {
      const { person, issued } = await permitOfToday(scenery);
      const form = await acceptedForm(scenery, { ...person, name: `${person.name}梅` }, { purpose: 'correction', permitNumber: issued.permitNumber });
      const card = nextBlank(scenery);
      await atWriting(scenery, () => scenery.world.put(card), form);
      await form.clerk.enter();
      await scenery.page.locator('.approval-panel input').first().waitFor();
    },
    async ({ page }) => {
      await page.locator('.approval-panel button').last().press('Enter');
      await page.locator('.approval-panel').waitFor({ state: 'detached' });
    },
  ),
} as const satisfies Record<string, Scene>;
