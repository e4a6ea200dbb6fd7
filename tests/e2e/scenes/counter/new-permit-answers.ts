import { addMonths } from '../../../../src/permit/index.js';
import { today } from '../../day/people.js';
import type { Scene } from '../scene.js';
import type { Scenery } from '../scenery.js';
import { formAt, formLeftAt, formScene, newcomer, photoOf, type Left } from './forms.js';

/** What a form may become, and everything once more before it counts. */
const tooShort = async (scenery: Scenery): Promise<void> => {
  const since = addMonths(today(), -2);
  await formLeftAt(scenery, 'kind', { ...formAt('kind', newcomer()), since, registeredOn: since });
  await scenery.page.locator('.register-only button').waitFor();
};
const complete = async (scenery: Scenery): Promise<Left> => {
  const person = newcomer();
  const made = await formLeftAt(scenery, 'answers', formAt('answers', person), { photo: photoOf(person) });
  await scenery.page.locator('.answers dl').first().waitFor();
  return made;
};

export const answersScenes = {
  kind: formScene(async (scenery) => {
    await formLeftAt(scenery, 'kind', formAt('kind', newcomer()));
    await scenery.page.locator('.offer.chosen').waitFor();
  }),
  'kind-none': formScene(tooShort),
  'kind-blocked': formScene(async (scenery) => {
    const { address: _, ...form } = formAt('kind', newcomer());
    await formLeftAt(scenery, 'kind', form);
    await scenery.page.locator('.offers legend').waitFor();
  }),
  registered: formScene(async (scenery) => {
    await tooShort(scenery);
    await scenery.page.locator('.register-only button').press('Enter');
    await scenery.page.locator('.register-only .done-state').waitFor();
  }),
  answers: formScene(complete),
  'answers-issues': formScene(async (scenery) => {
    const person = newcomer();
    const { address: _, notice: __, ...form } = formAt('answers', person);
    const { clerk } = await formLeftAt(scenery, 'answers', form, { photo: photoOf(person) });
    await clerk.next();
    await scenery.page.locator('.error-summary:focus').waitFor();
  }),
  // The day on which a wrong card may be put right is over.
  'answers-refused': formScene(async (scenery) => {
    const { permitNumber, person } = scenery.world.counter.cards['active-9'] ?? {};
    if (person === undefined || permitNumber === undefined) throw new Error('the stage has no active-9');
    const { clerk } = await formLeftAt(scenery, 'answers', formAt('answers', person), { photo: photoOf(person), purpose: 'correction', permitNumber });
    await scenery.page.locator('.answers dl').first().waitFor();
    await clerk.next();
    await scenery.page.locator('.answers [data-code="CORRECTION_TOO_LATE"]').waitFor();
  }),
  // A paper is missing: it ends with the receipt.
  receipt: formScene(async (scenery) => {
    const person = newcomer();
    const { papers, ...form } = formAt('answers', person);
    const { clerk } = await formLeftAt(scenery, 'answers', { ...form, papers: (papers ?? []).slice(0, 2) }, { photo: photoOf(person) });
    await scenery.page.locator('.answers dl').first().waitFor();
    await clerk.next();
    await scenery.page.locator('.receipt-view').waitFor();
  }),
} as const satisfies Record<string, Scene>;
