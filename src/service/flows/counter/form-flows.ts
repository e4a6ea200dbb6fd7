import { failed } from '../../../contract/index.js';
import type { FlowContext } from '../context.js';
import type { Flow } from '../flow.js';

const unbuilt = async () => Promise.resolve(failed('INTERNAL', 'unbuilt'));

/** The form of an application: home, search, drafts, checks. */
export const formFlows = (_context: FlowContext) =>
  ({
    'counter-home': unbuilt,
    search: unbuilt,
    'draft-save': unbuilt,
    'draft-open': unbuilt,
    'draft-delete': unbuilt,
    'form-check': unbuilt,
    'find-duplicates': unbuilt,
    'find-divisions': unbuilt,
    'own-records': unbuilt,
  }) satisfies { [N in 'counter-home' | 'search' | 'draft-save' | 'draft-open' | 'draft-delete' | 'form-check' | 'find-duplicates' | 'find-divisions' | 'own-records']: Flow<N> };
