import { done, type DraftLine, type FormDraft } from '../../../contract/index.js';
import { maskName } from '../../../outbox/index.js';
import { dateInChina, normaliseIdNumber } from '../../../permit/index.js';
import { CounterDesk } from '../../counter-desk.js';
import { counterTasks } from '../../counter-tasks.js';
import { formDrafts } from '../../form-drafts.js';
import { makingAt } from '../../making.js';
import type { FlowContext } from '../context.js';
import { booksShown, tornCardsOf } from './books.js';
import { byClerk } from './by-clerk.js';

const lineOf = ({ id, purpose, step, form, savedAt = 0, receipt }: FormDraft): DraftLine => ({
  id,
  purpose,
  step,
  maskedName: maskName(form.name?.trim() ?? ''),
  idEnd: normaliseIdNumber(form.idNumber ?? '').slice(-4),
  savedAt,
  ...(receipt === undefined ? {} : { receipt }),
});

/** What waits at this counter, all of it from its own disk. The search is made ready on the way: whoever sees the home screen is about to type. */
export const counterHome = (context: FlowContext) =>
  byClerk<'counter-home'>(context, 'register', async (_, __, terminal) => {
    const { outbox, clock } = terminal;
    const desk = new CounterDesk(terminal);
    const drafts = formDrafts(outbox, () => clock.now()).list();
    const making = makingAt(terminal);
    const { endorsementDueDayCounts } = terminal.rules();
    const tasks = counterTasks(desk.applications(), drafts, { today: dateInChina(clock.now()), making, endorsementDueDayCounts });
    terminal.cases.prepare();
    return Promise.resolve(done({ books: booksShown(desk.books()), drafts: drafts.map(lineOf), torn: tornCardsOf(terminal), tasks, making }));
  });
