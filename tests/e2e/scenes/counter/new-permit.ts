import type { Scene } from '../scene.js';
import { answersScenes } from './new-permit-answers.js';
import { formScenes } from './new-permit-form.js';
import { handOverScenes } from './new-permit-hand-over.js';
import { photoScenes } from './new-permit-photo.js';
import { writeScenes } from './new-permit-write.js';

const { approval, ...writing } = writeScenes;
const { done, 'give-fee': giveFee, 'draft-gone': draftGone, 'save-failed': saveFailed, ...handing } = handOverScenes;

/** The new permit, from the identity to the hand-over. Each scene stands by itself; in this order one goes on with the card that another has made. */
export const newPermitScenes = {
  ...formScenes,
  ...photoScenes,
  ...answersScenes,
  ...writing,
  ...handing,
  done,
  approval,
  'give-fee': giveFee,
  'draft-gone': draftGone,
  'save-failed': saveFailed,
} as const satisfies Record<string, Scene>;
