import { done, failed } from '../../../contract/index.js';
import { formDrafts } from '../../form-drafts.js';
import type { Terminal } from '../../terminal.js';
import type { FlowContext } from '../context.js';
import { byClerk } from './by-clerk.js';

const draftsOf = ({ outbox, clock }: Terminal) => formDrafts(outbox, () => clock.now());

/** Each change of a form is on the disk when this is done; what the service itself knows of the draft stays. */
export const draftSave = (context: FlowContext) => byClerk<'draft-save'>(context, 'register', async (_, { draft }, terminal) => Promise.resolve(done({ savedAt: draftsOf(terminal).save(draft) })));

/** DRAFT_GONE */
export const draftOpen = (context: FlowContext) =>
  byClerk<'draft-open'>(context, 'register', async (_, { id }, terminal) => {
    const draft = draftsOf(terminal).get(id);
    return Promise.resolve(draft === undefined ? failed('DRAFT_GONE') : done(draft));
  });

/** DRAFT_GONE */
export const draftDelete = (context: FlowContext) =>
  byClerk<'draft-delete'>(context, 'register', async (_, { id }, terminal) => {
    draftsOf(terminal).delete(id);
    return Promise.resolve(done({}));
  });
