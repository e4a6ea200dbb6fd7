import { done } from '../../../contract/index.js';
import { dateInChina } from '../../../permit/index.js';
import { DivisionSearch } from '../../division-search.js';
import type { FlowContext } from '../context.js';
import { byClerk } from './by-clerk.js';

/** Towns and streets in force today. */
export const findDivisions = (context: FlowContext) => {
  const search = new DivisionSearch();
  return byClerk<'find-divisions'>(context, 'register', async (_, { text }, terminal) =>
    Promise.resolve(done({ divisions: [...search.find(text, dateInChina(terminal.clock.now()))] })),
  );
};
