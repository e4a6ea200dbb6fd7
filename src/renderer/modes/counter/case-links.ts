import type { RouteLocationRaw, Router } from 'vue-router';
import { formSteps, type CounterTask, type DraftLine, type Duplicate, type FoundCase, type FormStep } from '../../../contract/index.js';
import { wantedPermit } from './wanted-permit.js';

/** Where a line of a list leads: a form, an application, or a permit on the card desk. */
export type CaseLink = { readonly draft: string; readonly step: FormStep } | { readonly receipt: string } | { readonly permitNumber: string };

export const draftLink = ({ id, step }: Pick<DraftLine, 'id' | 'step'>): CaseLink => ({ draft: id, step });

export const caseLink = ({ kind, draft, receipt, permitNumber, reference, what }: FoundCase): CaseLink => {
  if (draft !== undefined) return { draft, step: formSteps.find((step) => step === what) ?? 'identity' };
  if (kind === 'application') return { receipt: receipt ?? reference };
  return { permitNumber: permitNumber ?? reference };
};

/** A card that was written out of a form is handed over there. */
export const taskLink = ({ task, draft, receipt, permitNumber }: CounterTask): CaseLink | null => {
  if (task === 'to-hand-over' && draft !== undefined) return { draft, step: 'hand-over' };
  if (receipt !== undefined) return { receipt };
  if (draft !== undefined) return { draft, step: 'identity' };
  return permitNumber === undefined ? null : { permitNumber };
};

/** Somebody's other permit or case. Null: it names none that could be opened (a registration without a card). */
export const duplicateLink = ({ draft, receipt, permitNumber }: Pick<Duplicate, 'draft' | 'receipt' | 'permitNumber'>): CaseLink | null => {
  if (permitNumber !== undefined) return { permitNumber };
  if (draft !== undefined) return { draft, step: 'identity' };
  return receipt === undefined ? null : { receipt };
};

export const follow = (router: Router, link: CaseLink): void => {
  void router.push(routeOf(link));
  if ('permitNumber' in link) wantedPermit.value = link.permitNumber;
};

const routeOf = (link: CaseLink): RouteLocationRaw => {
  if ('draft' in link) return { name: 'counter-new', params: { draft: link.draft, step: link.step } };
  return 'receipt' in link ? { name: 'counter-applications', query: { receipt: link.receipt } } : { name: 'counter-desk' };
};
