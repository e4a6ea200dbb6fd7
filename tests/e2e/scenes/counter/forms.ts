import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { portraitOf } from '../../../../src/cli/invented/index.js';
import type { Application, ApplicationForm, FormDraft, FormStep, PaperCode } from '../../../../src/contract/index.js';
import { askService } from '../../ask-service.js';
import { Clerk } from '../../clerk.js';
import { noticeText } from '../../counter-stage.js';
import { today, worker } from '../../day/people.js';
import type { Scene } from '../scene.js';
import type { Scenery } from '../scenery.js';
import { atHome } from './at-home.js';

/** Forms that stand at a step, as a clerk left them: saved by the product's own draft and opened at its address, so that no scene types a whole permit again. */
type Draft = Omit<Partial<FormDraft>, 'id' | 'step' | 'form'>;

/** Whose forms these are, each scene's its own: nobody is looked for twice. */
let people = 6_100;
export const newcomer = (): Application => worker((people += 1));

export const papersOf = ({ grounds, guardian }: Application): readonly PaperCode[] => [
  'identity-card',
  'proof-of-residence',
  ...(grounds.includes('employment') ? (['proof-of-employment'] as const) : []),
  ...(grounds.includes('schooling') ? (['proof-of-schooling'] as const) : []),
  ...(guardian === undefined ? [] : (['guardian-identity', 'guardian-relation'] as const)),
];

const identityOf = ({ name, sex, ethnicGroup, birth, idNumber, registeredAddress, phone }: Application): ApplicationForm => ({ name, sex, ethnicGroup, birth, idNumber, registeredAddress, ...(phone === undefined ? {} : { phone }) });
const homeOf = ({ residence: { division, address, since }, registeredOn }: Application): ApplicationForm => ({ division, address, since, registeredOn });
const workOf = ({ grounds, residence: { employer }, guardian, agent }: Application): ApplicationForm => ({
  grounds: [...grounds],
  ...(employer === undefined ? {} : { employer }),
  ...(guardian === undefined ? {} : { guardian }),
  ...(agent === undefined ? {} : { agent }),
});

/** What of this person stands in the form by the time that a step is reached. */
export const formAt = (step: FormStep, person: Application): ApplicationForm => {
  const parts: readonly (readonly [FormStep, ApplicationForm])[] = [
    ['identity', {}],
    ['duplicates', identityOf(person)],
    ['work', homeOf(person)],
    ['papers', workOf(person)],
    ['notice', { papers: [...papersOf(person)] }],
    ['photo', { notice: { id: noticeText.id, version: noticeText.version }, consents: ['messages'] }],
    ['answers', { kind: 'residence' }],
  ];
  const order: readonly FormStep[] = ['identity', 'duplicates', 'address', 'work', 'papers', 'notice', 'photo', 'kind', 'answers'];
  return Object.assign({}, ...parts.filter(([from]) => order.indexOf(from) <= order.indexOf(step)).map(([, part]) => part)) as ApplicationForm;
};

export const photoOf = (person: Application): string => Buffer.from(portraitOf(person, today())).toString('base64');

/** A clerk is signed in at this counter; where one is already nothing else happens. */
export const atDesk = async (scenery: Scenery): Promise<Clerk> => {
  await scenery.open('counter');
  return (await scenery.page.locator('.counter').isVisible()) ? new Clerk(scenery.app) : atHome(scenery);
};

/** The form of this draft stands on the screen, at this step. */
export const shownForm = async (scenery: Scenery, id: string, step: FormStep): Promise<void> => {
  await scenery.go(`/counter/new/${id}/${step}`);
  await scenery.page.locator(`[data-draft="${id}"][data-step="${step}"]`).waitFor();
};

export interface Left {
  readonly clerk: Clerk;
  readonly id: string;
}
/** Forms that a scene has left on this terminal, to be taken away after it. */
const left = new WeakMap<Scenery, Set<string>>();
export const leftBy = (scenery: Scenery): Set<string> => {
  const ids = left.get(scenery) ?? new Set();
  left.set(scenery, ids);
  return ids;
};

/** A form as it lies in the drafts. */
export const savedForm = async (scenery: Scenery, step: FormStep, form: ApplicationForm, more: Draft = {}): Promise<Left> => {
  const clerk = await atDesk(scenery);
  const id = randomUUID();
  await askService(scenery.page, { workflow: 'draft-save', draft: { id, purpose: 'first', ...more, form, step } });
  leftBy(scenery).add(id);
  return { clerk, id };
};

/** A form at a step. `saved`: how far it had come, where that was further. */
export const formLeftAt = async (scenery: Scenery, step: FormStep, form: ApplicationForm, { saved = step, ...more }: Draft & { readonly saved?: FormStep } = {}): Promise<Left> => {
  const made = await savedForm(scenery, saved, form, more);
  await shownForm(scenery, made.id, step);
  return made;
};

const refused = async ({ page }: Scenery, receipt: string): Promise<void> => {
  const { line } = await askService(page, { workflow: 'application', receipt });
  if (line.missingPapers.length > 0) await askService(page, { workflow: 'supplement', receipt, missingPapers: [] });
  // What was approved can only be made.
  if (line.state === 'accepted') await askService(page, { workflow: 'review', receipt, decision: 'refused', reason: '材料不实' });
};
/** Nothing of these forms is left on the terminal: drafts are thrown away, what was accepted is refused, what was made is handed over. */
export const takenAway = async (scenery: Scenery): Promise<void> => {
  const { page } = scenery;
  const ids = leftBy(scenery);
  await atHome(scenery);
  const { drafts } = await askService(page, { workflow: 'counter-home' });
  for (const { id } of drafts.filter((draft) => ids.has(draft.id))) {
    const { receipt, issued, purpose } = await askService(page, { workflow: 'draft-open', id });
    if (issued !== undefined) await askService(page, { workflow: 'hand-over', permitNumber: issued.permitNumber, serial: issued.serial, receivedBy: 'holder', oldCard: purpose === 'first' ? 'none' : 'returned', draft: id });
    else if (receipt !== undefined) await refused(scenery, receipt);
    else await askService(page, { workflow: 'draft-delete', id });
  }
  ids.clear();
};

/** A scene of this screen. Its form stays where it is until the last of them (`takenAway`): nobody sees it from another form. */
export const formScene = (play: (scenery: Scenery) => Promise<unknown>, clear?: (scenery: Scenery) => Promise<unknown>): Scene => ({
  play: async (scenery) => {
    await play(scenery);
    await scenery.settled(100);
  },
  ...(clear === undefined ? {} : { clear: async (scenery: Scenery): Promise<void> => {
          await clear(scenery);
        } }),
});
