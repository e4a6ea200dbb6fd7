import { done } from '../../../contract/index.js';
import type { FlowContext } from '../context.js';
import { byClerk } from './by-clerk.js';

const most = 50;

/** Local cases alone: what the platform knows of a person is asked by `find-duplicates`, with who asks. */
export const search = (context: FlowContext) =>
  byClerk<'search'>(context, 'register', async (_, { text }, terminal) => {
    const { cases, more } = await terminal.cases.search(text, most);
    return done({ cases: [...cases], more });
  });
