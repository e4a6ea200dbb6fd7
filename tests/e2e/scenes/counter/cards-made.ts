import type { Application, FormDraft } from '../../../../src/contract/index.js';
import { askService } from '../../ask-service.js';
import { blankName, blanksAtCounter, noticeText } from '../../counter-stage.js';
import { Keypad } from '../../keypad.js';
import type { Scenery } from '../scenery.js';
import { atDesk, formAt, newcomer, photoOf, savedForm, shownForm, type Left } from './forms.js';

/** Accepted applications and the cards that were made of them, for the scenes of writing and handing over. A card that one scene has made the next one goes on with. */
export interface Accepted extends Left {
  readonly receipt: string;
  readonly person: Application;
}
export interface Made extends Accepted {
  /** image that lies on the reader */
  readonly card: string;
  readonly issued: NonNullable<FormDraft['issued']>;
}

/** Blanks are taken off the end of the box: other scenes take them from its beginning. */
const taken = new WeakMap<Scenery, number>();
export const nextBlank = (scenery: Scenery): string => {
  const at = taken.get(scenery) ?? 0;
  taken.set(scenery, at + 1);
  return blankName(blanksAtCounter - at);
};

export const acceptedForm = async (scenery: Scenery, person: Application = newcomer(), more: Pick<Partial<FormDraft>, 'purpose' | 'permitNumber'> = {}): Promise<Accepted> => {
  const photo = photoOf(person);
  const made = await savedForm(scenery, 'answers', formAt('answers', person), { photo, ...more });
  const application = { ...person, notice: { id: noticeText.id, version: noticeText.version, consents: [] } };
  const { receipt } = await askService(scenery.page, { workflow: 'accept', application, purpose: 'first', ...more, missingPapers: [], photo, draft: made.id });
  return { ...made, receipt, person };
};

/** The application of which no card was made yet. */
const unmade = new WeakMap<Scenery, Accepted>();
const toBeMade = async (scenery: Scenery): Promise<Accepted> => {
  const form = unmade.get(scenery) ?? (await acceptedForm(scenery));
  unmade.set(scenery, form);
  return form;
};

/** An accepted form at the step of writing, with this card on the reader. */
export const atWriting = async (scenery: Scenery, lay: () => Promise<void>, accepted?: Accepted): Promise<Accepted> => {
  await atDesk(scenery);
  const form = accepted ?? (await toBeMade(scenery));
  await scenery.go('/counter');
  await lay();
  await shownForm(scenery, form.id, 'write');
  await scenery.page.locator('.write[data-state="ready"]').waitFor();
  return form;
};

/** The card of this application, by the service alone. */
export const madeOf = async (scenery: Scenery, form: Accepted): Promise<Made> => {
  const card = nextBlank(scenery);
  await scenery.world.put(card);
  unmade.delete(scenery);
  const { permitNumber, serial, can } = await askService(scenery.page, { workflow: 'make', receipt: form.receipt, draft: form.id });
  return { ...form, card, issued: { permitNumber, serial, can } };
};

/** The card that waits for its holder. */
const waiting = new WeakMap<Scenery, Made>();

/** What a scene has just written to its end is what the scenes of the hand-over go on with; a second one is not needed and goes. */
export const keepMade = async (scenery: Scenery, form: Accepted, card: string): Promise<void> => {
  await scenery.page.locator(`[data-draft="${form.id}"][data-step="hand-over"]`).waitFor();
  const { issued } = await askService(scenery.page, { workflow: 'draft-open', id: form.id });
  unmade.delete(scenery);
  if (issued === undefined || waiting.has(scenery)) return;
  waiting.set(scenery, { ...form, card, issued });
};

/** A card to be handed over, on the reader and on the screen. */
export const atHandOver = async (scenery: Scenery): Promise<Made> => {
  await atDesk(scenery);
  const before = waiting.get(scenery);
  const made = before ?? (await madeOf(scenery, await toBeMade(scenery)));
  waiting.set(scenery, made);
  await scenery.go('/counter');
  if (before !== undefined) await scenery.world.put(made.card);
  await shownForm(scenery, made.id, 'hand-over');
  await made.clerk.at('can');
  return made;
};

/** What the holders took with them today, for whoever comes back. */
const given = new WeakMap<Scenery, Made>();
export const cardGiven = (scenery: Scenery, made: Made): void => {
  waiting.delete(scenery);
  given.set(scenery, made);
};

/** A permit that was made and handed over here today, as the platform knows it. */
export const permitOfToday = async (scenery: Scenery): Promise<Made> => {
  const { page } = scenery;
  const made = given.get(scenery) ?? (await madeOf(scenery, await acceptedForm(scenery)));
  if (!given.has(scenery)) {
    const { permitNumber, serial } = made.issued;
    await askService(page, { workflow: 'hand-over', permitNumber, serial, receivedBy: 'holder', oldCard: 'none', draft: made.id });
    cardGiven(scenery, made);
  }
  await askService(page, { workflow: 'sync' });
  return made;
};

const keypads = new WeakMap<Scenery, Keypad>();
export const keypadOf = async (scenery: Scenery): Promise<Keypad> => {
  const open = keypads.get(scenery);
  if (open !== undefined && !open.page.isClosed()) return open;
  const keypad = await Keypad.open(scenery.app);
  keypads.set(scenery, keypad);
  return keypad;
};
export const noKeypad = async (scenery: Scenery): Promise<void> => {
  await keypads.get(scenery)?.close();
  keypads.delete(scenery);
};
