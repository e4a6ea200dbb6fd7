import type { Screen } from './screens.js';

const counter = ['counter'] as const;

/** The screens of counter mode. Data alone, like `screens.ts`. */
export const counterScreens = [
  {
    name: 'counter',
    path: '/counter',
    modes: counter,
    titleKey: 'counter.title',
    states: [
      'empty',
      'ready',
      'search',
      'search-number',
      'search-empty',
      'drafts',
      'delete',
      'help',
      'torn',
      'put-back',
      'other-card',
      'third-try',
      'resuming',
      'resumed',
      'card-lost',
      'spoiled',
      'offline',
      'stale',
      'overdue',
      'clock-wrong',
      'reader-missing',
      'failed',
    ],
    access: 'signed-in',
  },
  {
    name: 'counter-new',
    path: '/counter/new/:draft/:step',
    modes: counter,
    titleKey: 'counterNew.title',
    states: [
      'identity',
    ],
    access: 'signed-in',
  },
  {
    name: 'counter-desk',
    path: '/counter/desk',
    modes: counter,
    titleKey: 'counterDesk.title',
    states: [
      'waiting',
    ],
    access: 'signed-in',
  },
  {
    name: 'counter-applications',
    path: '/counter/applications',
    modes: counter,
    titleKey: 'counterApplications.title',
    states: [
      'empty',
    ],
    access: 'signed-in',
  },
  {
    name: 'counter-queue',
    path: '/counter/queue',
    modes: counter,
    titleKey: 'counterQueue.title',
    states: [
      'empty',
      'offline',
      'retrying',
      'quarantined',
    ],
    access: 'signed-in',
  },
  {
    name: 'counter-books',
    path: '/counter/books',
    modes: counter,
    titleKey: 'counterBooks.title',
    states: [
      'ready',
      'counting',
      'difference',
      'approval',
      'closed',
      'closed-before',
      'numbers-low',
      'failed',
    ],
    access: 'signed-in',
  },
] as const satisfies readonly Screen[];
