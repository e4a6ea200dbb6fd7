import type { FlowContext } from '../context.js';
import type { Flow } from '../flow.js';
import { counterHome } from './counter-home.js';
import { findDivisions } from './find-divisions.js';
import { findDuplicates } from './find-duplicates.js';
import { formCheck } from './form-check.js';
import { draftDelete, draftOpen, draftSave } from './form-draft.js';
import { ownRecords } from './own-records.js';
import { search } from './search.js';

/** The form of an application: home, search, drafts, checks. */
export const formFlows = (context: FlowContext) =>
  ({
    'counter-home': counterHome(context),
    search: search(context),
    'draft-save': draftSave(context),
    'draft-open': draftOpen(context),
    'draft-delete': draftDelete(context),
    'form-check': formCheck(context),
    'find-duplicates': findDuplicates(context),
    'find-divisions': findDivisions(context),
    'own-records': ownRecords(context),
  }) satisfies { [N in 'counter-home' | 'search' | 'draft-save' | 'draft-open' | 'draft-delete' | 'form-check' | 'find-duplicates' | 'find-divisions' | 'own-records']: Flow<N> };
