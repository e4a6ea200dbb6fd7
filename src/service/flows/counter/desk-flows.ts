import { failed } from '../../../contract/index.js';
import type { FlowContext } from '../context.js';
import type { Flow } from '../flow.js';

const unbuilt = async () => Promise.resolve(failed('INTERNAL', 'unbuilt'));

/** Everything that is done with an accepted application, a card or the books. */
export const deskFlows = (_context: FlowContext) =>
  ({
    register: unbuilt,
    accept: unbuilt,
    applications: unbuilt,
    application: unbuilt,
    supplement: unbuilt,
    review: unbuilt,
    make: unbuilt,
    resume: unbuilt,
    spoil: unbuilt,
    'match-body': unbuilt,
    'set-pin': unbuilt,
    'change-pin': unbuilt,
    'reset-pin': unbuilt,
    'hand-over': unbuilt,
    'card-desk': unbuilt,
    'permit-desk': unbuilt,
    endorse: unbuilt,
    'refuse-endorsement': unbuilt,
    move: unbuilt,
    'change-status': unbuilt,
    'return-card': unbuilt,
    'resume-update': unbuilt,
    'take-fee': unbuilt,
    queue: unbuilt,
    stock: unbuilt,
    books: unbuilt,
    'close-day': unbuilt,
  }) satisfies { [N in 'register' | 'accept' | 'applications' | 'application' | 'supplement' | 'review' | 'make' | 'resume' | 'spoil' | 'match-body' | 'set-pin' | 'change-pin' | 'reset-pin' | 'hand-over' | 'card-desk' | 'permit-desk' | 'endorse' | 'refuse-endorsement' | 'move' | 'change-status' | 'return-card' | 'resume-update' | 'take-fee' | 'queue' | 'stock' | 'books' | 'close-day']: Flow<N> };
