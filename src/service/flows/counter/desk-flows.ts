import type { FlowContext } from '../context.js';
import type { Flow } from '../flow.js';
import { accept, application, applications, register, review, supplement } from './applications.js';
import { books, closeDay, queue, stock } from './books.js';
import { cardDesk, permitDesk } from './card-desk.js';
import { endorse, move, refuseEndorsement, resumeUpdate } from './card-updates.js';
import { changePin, resetPin, setPin } from './holder-pin.js';
import { handOver, matchBody, spoil } from './issued-cards.js';
import { make, resume } from './make.js';
import { changeStatus, returnCard, takeFee } from './permit-status.js';

/** Everything that is done with an accepted application, a card or the books. */
export const deskFlows = (context: FlowContext) =>
  ({
    register: register(context),
    accept: accept(context),
    applications: applications(context),
    application: application(context),
    supplement: supplement(context),
    review: review(context),
    make: make(context),
    resume: resume(context),
    spoil: spoil(context),
    'match-body': matchBody(context),
    'set-pin': setPin(context),
    'change-pin': changePin(context),
    'reset-pin': resetPin(context),
    'hand-over': handOver(context),
    'card-desk': cardDesk(context),
    'permit-desk': permitDesk(context),
    endorse: endorse(context),
    'refuse-endorsement': refuseEndorsement(context),
    move: move(context),
    'change-status': changeStatus(context),
    'return-card': returnCard(context),
    'resume-update': resumeUpdate(context),
    'take-fee': takeFee(context),
    queue: queue(context),
    stock: stock(context),
    books: books(context),
    'close-day': closeDay(context),
  }) satisfies { [N in 'register' | 'accept' | 'applications' | 'application' | 'supplement' | 'review' | 'make' | 'resume' | 'spoil' | 'match-body' | 'set-pin' | 'change-pin' | 'reset-pin' | 'hand-over' | 'card-desk' | 'permit-desk' | 'endorse' | 'refuse-endorsement' | 'move' | 'change-status' | 'return-card' | 'resume-update' | 'take-fee' | 'queue' | 'stock' | 'books' | 'close-day']: Flow<N> };
