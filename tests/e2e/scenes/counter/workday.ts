import { inventAdult, portraitOf } from '../../../../src/cli/invented/index.js';
import type { Application, FormDraft, FormStep, PaperCode } from '../../../../src/contract/index.js';
import { dateInChina } from '../../../../src/permit/index.js';
import { askService } from '../../ask-service.js';
import { blankName, blanksAtCounter } from '../../counter-stage.js';
import type { World } from '../../world.js';
import type { Scenery } from '../scenery.js';

/** What a morning at the counter leaves behind, done once in a world, through the product's own workflows. Whoever plays a scene of an empty counter plays it before. */
const today = (): string => dateInChina(Math.floor(Date.now() / 1000));

/** Invented people of these scenes alone. */
export const resident = (at: number): Application => inventAdult({ seed: 8_100 + at, onDate: today(), kind: 'residence' });
export const pictureOf = (person: Application): string => Buffer.from(portraitOf(person, today())).toString('base64');

/** Blanks from the end of the box: other screens' scenes take theirs from its beginning. */
const blanks = { made: blanksAtCounter, given: blanksAtCounter - 1, torn: blanksAtCounter - 2 } as const;
export const blankOf = (name: keyof typeof blanks, at = 0): string => blankName(blanks[name] - at);

const draftId = (at: number): string => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;

/** A form that somebody left at this step. */
export const leaveDraft = async ({ page }: Scenery, at: number, step: FormStep, form: FormDraft['form']): Promise<void> => {
  await askService(page, { workflow: 'draft-save', draft: { id: draftId(at), purpose: 'first', form, step } });
};

export const accept = async ({ page }: Scenery, person: Application, missingPapers: readonly PaperCode[] = []): Promise<string> => {
  const { receipt } = await askService(page, { workflow: 'accept', application: person, purpose: 'first', missingPapers: [...missingPapers], photo: pictureOf(person) });
  return receipt;
};

const begun = new WeakMap<World, Promise<void>>();

const beginDay = async (scenery: Scenery): Promise<void> => {
  const [one, other, made, waiting, short] = [1, 2, 3, 4, 5].map(resident) as [Application, Application, Application, Application, Application];
  await leaveDraft(scenery, 1, 'identity', {});
  await leaveDraft(scenery, 2, 'address', { name: other.name, idNumber: other.idNumber, ethnicGroup: other.ethnicGroup });
  await leaveDraft(scenery, 3, 'photo', { name: one.name, idNumber: one.idNumber, ethnicGroup: one.ethnicGroup, registeredAddress: one.registeredAddress });
  await accept(scenery, short, ['proof-of-residence']);
  await accept(scenery, waiting);
  const receipt = await accept(scenery, made);
  await scenery.world.put(blankOf('made'));
  await askService(scenery.page, { workflow: 'make', receipt });
  await scenery.world.take();
  // Nothing waits any more: what is shown then stays as it is.
  await askService(scenery.page, { workflow: 'sync' });
};

export const workday = (scenery: Scenery): Promise<void> => {
  const { world } = scenery;
  const known = begun.get(world) ?? beginDay(scenery);
  begun.set(world, known);
  return known;
};
