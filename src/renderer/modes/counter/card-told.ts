import type { ApplicationForm } from '../../../contract/index.js';
import type { DeskShown } from './desk/desk-work.js';

/**
 * What a card on the desk told of its holder, on its way into the form of their next card. Here and in no address or storage of the browser: it waits for one form only, and whoever opens a form, that one or
 * another, takes it away.
 */
let waiting: { readonly draft: string; readonly form: ApplicationForm } | null = null;

/** What need not be typed again; empty where no card was read, or nothing of its holder was opened. The day of the registration stands on no card. */
export const formOfCard = (shown: DeskShown): ApplicationForm => {
  if (shown.kind !== 'card') return {};
  const { holder, residence } = shown.card;
  if (holder === undefined) return {};
  const { name, sex, birth, idNumber, ethnicGroup, registeredAddress } = holder;
  return { name, sex, birth, idNumber, ethnicGroup, registeredAddress, ...residence };
};

/** `draft`: the form that is opened next. */
export const tellForm = (draft: string, form: ApplicationForm): void => {
  waiting = { draft, form };
};

/** For this form only; gone for everybody afterwards. */
export const takeTold = (draft: string): ApplicationForm => {
  const told = waiting;
  waiting = null;
  return told?.draft === draft ? told.form : {};
};

/** The form was not opened after all. */
export const forgetTold = (): void => {
  waiting = null;
};
