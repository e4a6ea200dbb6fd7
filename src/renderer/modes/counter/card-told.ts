import type { ApplicationForm, Purpose } from '../../../contract/index.js';
import type { DeskShown } from './desk/desk-work.js';

/** What a form is begun with: of which permit it makes another card, and why, and what need not be typed again. */
export interface Told {
  readonly purpose: Purpose;
  readonly permitNumber?: string;
  readonly form: ApplicationForm;
}
const nothing: Told = { purpose: 'first', form: {} };

/**
 * What a card on the desk told of its holder, on its way into the form of their next card. Here and in no address or storage of the browser: it waits for one form only, and whoever opens a form, that one or
 * another, takes it away.
 */
let waiting: { readonly draft: string; readonly told: Told } | null = null;

/** What need not be typed again; empty where no card was read, or nothing of its holder was opened. The day of the registration stands on no card. */
export const formOfCard = (shown: DeskShown): ApplicationForm => {
  if (shown.kind !== 'card') return {};
  const { holder, residence } = shown.card;
  if (holder === undefined) return {};
  const { name, sex, birth, idNumber, ethnicGroup, registeredAddress } = holder;
  return { name, sex, birth, idNumber, ethnicGroup, registeredAddress, ...residence };
};

/** `draft`: the form that is opened next. */
export const tellForm = (draft: string, told: Told): void => {
  waiting = { draft, told };
};

/** For this form only; gone for everybody afterwards. Nothing was told: it is the first permit of somebody. */
export const takeTold = (draft: string): Told => {
  const came = waiting;
  waiting = null;
  return came?.draft === draft ? came.told : nothing;
};

/** The form was not opened after all. */
export const forgetTold = (): void => {
  waiting = null;
};
