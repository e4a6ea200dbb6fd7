import { done } from '../../../contract/index.js';
import { dateInChina } from '../../../permit/index.js';
import { storedConfig } from '../../../sync/index.js';
import { checkForm } from '../../form/check.js';
import type { FlowContext } from '../context.js';
import { byClerk } from './by-clerk.js';

/** Asked at every field: rules and notices as last pulled, nothing of the network. */
export const formCheck = (context: FlowContext) =>
  byClerk<'form-check'>(context, 'register', async (_, input, terminal) => {
    const { outbox, clock } = terminal;
    const notices = storedConfig(outbox, 'notices')?.contents ?? [];
    return Promise.resolve(done(checkForm(input, { today: dateInChina(clock.now()), rules: terminal.rules(), notices })));
  });
