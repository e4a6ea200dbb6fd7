import type { Page } from 'playwright-core';
import type { Application } from '../../../../src/contract/index.js';
import { idNumberCheckCharacter } from '../../../../src/permit/index.js';
import { pupil } from '../../day/people.js';
import type { Scene } from '../scene.js';
import type { Scenery } from '../scenery.js';
import { by } from './at-home.js';
import { formAt, formLeftAt, formScene as scene, newcomer } from './forms.js';

/** What is typed of a new permit, from the identity to the notice. */
const errors = (page: Page): Promise<void> => page.locator('.error-summary:focus').waitFor();
const checked = (page: Page): Promise<void> => page.locator('.person-summary', { hasText: '周岁' }).waitFor();

/** Somebody who has a permit already, with another name on the form. */
const known = ({ world }: Scenery, card: string): Application => {
  const { person } = world.counter.cards[card] ?? {};
  if (person === undefined) throw new Error(`the stage has no ${card}`);
  return { ...person, name: `${person.name}华` };
};
const found = async (scenery: Scenery, card: string): Promise<void> => {
  await formLeftAt(scenery, 'duplicates', formAt('duplicates', known(scenery, card)));
  await scenery.page.locator('[data-state="found"] button:focus').first().waitFor();
};

const digits = '33030219700615123';
const agent = { name: '周立新', idNumber: `${digits}${idNumberCheckCharacter(digits)}`, relation: '配偶', reason: 'ill' } as const;

export const formScenes = {
  identity: by('F2', '[data-step="identity"] #field-name:focus'),
  'identity-filled': scene(async (scenery) => {
    await formLeftAt(scenery, 'identity', formAt('duplicates', newcomer()));
    await checked(scenery.page);
  }),
  'identity-issues': scene(async (scenery) => {
    const { idNumber, ...form } = formAt('duplicates', newcomer());
    const { clerk } = await formLeftAt(scenery, 'identity', { name: form.name, idNumber: `${idNumber?.slice(0, 16) ?? ''}00` });
    await clerk.next();
    await errors(scenery.page);
  }),
  'duplicates-none': scene(async (scenery) => {
    await formLeftAt(scenery, 'duplicates', formAt('duplicates', newcomer()), { saved: 'address' });
    await scenery.page.locator('[data-state="none"]').waitFor();
  }),
  'duplicates-found': scene((scenery) => found(scenery, 'active-8')),
  'duplicates-different': scene(async (scenery) => {
    await found(scenery, 'active-7');
    await scenery.page.locator('.different button').focus();
    await scenery.page.keyboard.press('Enter');
    await scenery.page.locator('.different input:focus').waitFor();
  }),
  'duplicates-offline': scene(
    async (scenery) => {
      await scenery.world.platform.stop();
      await formLeftAt(scenery, 'duplicates', formAt('duplicates', newcomer()));
      await scenery.page.locator('[data-state="none"]').waitFor();
    },
    ({ world }) => world.platform.start(),
  ),
  address: scene(async (scenery) => {
    const { clerk } = await formLeftAt(scenery, 'address', formAt('address', newcomer()));
    await clerk.at('division');
  }),
  'address-picking': scene(async (scenery) => {
    const { clerk } = await formLeftAt(scenery, 'address', formAt('address', newcomer()));
    await clerk.write('division', '鹿城');
    await scenery.page.locator('[role="option"]').first().waitFor();
    await clerk.meter.press('ArrowDown');
  }),
  'address-issues': scene(async (scenery) => {
    const { clerk } = await formLeftAt(scenery, 'address', formAt('address', newcomer()));
    await clerk.at('division');
    await clerk.next();
    await errors(scenery.page);
  }),
  work: scene(async (scenery) => {
    const { clerk } = await formLeftAt(scenery, 'work', formAt('work', newcomer()));
    await clerk.type('grounds', '1');
  }),
  'work-guardian': scene(async (scenery) => {
    const child = pupil(6_080);
    const { clerk } = await formLeftAt(scenery, 'work', formAt('papers', child));
    await clerk.at('grounds');
    await scenery.page.locator('#field-guardian-name').waitFor();
  }),
  'work-agent': scene(async (scenery) => {
    await formLeftAt(scenery, 'work', formAt('papers', { ...newcomer(), agent }));
    await scenery.page.locator('#field-agent-name').waitFor();
  }),
  'work-issues': scene(async (scenery) => {
    const { guardian: _, ...alone } = pupil(6_081);
    const { clerk } = await formLeftAt(scenery, 'work', formAt('work', alone));
    await scenery.page.locator('#field-guardian-name').waitFor();
    await clerk.next();
    await errors(scenery.page);
  }),
  papers: scene(async (scenery) => {
    const { clerk } = await formLeftAt(scenery, 'papers', formAt('papers', newcomer()));
    await clerk.type('papers', '12');
  }),
  'missing-papers': scene(async (scenery) => {
    const { clerk } = await formLeftAt(scenery, 'papers', formAt('papers', newcomer()));
    await clerk.type('papers', '1');
    await clerk.next();
    await scenery.page.locator('[data-state="missing-papers"]').waitFor();
  }),
  notice: scene(async (scenery) => {
    const { clerk } = await formLeftAt(scenery, 'notice', formAt('notice', newcomer()));
    await clerk.at('notice');
    await clerk.meter.press('Space');
  }),
  'notice-issues': scene(async (scenery) => {
    const { clerk } = await formLeftAt(scenery, 'notice', formAt('notice', newcomer()));
    await clerk.at('notice');
    await clerk.next();
    await errors(scenery.page);
  }),
} as const satisfies Record<string, Scene>;
