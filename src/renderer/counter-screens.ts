import type { Screen } from './screens.js';

const counter = ['counter'] as const;

/** The screens of counter mode. Data alone, like `screens.ts`. */
export const counterScreens = [
  { name: 'counter', path: '/counter', modes: counter, titleKey: 'counter.title', states: ['ready', 'empty', 'torn', 'resuming', 'resumed', 'search', 'search-empty', 'drafts', 'delete', 'offline', 'stale', 'clock-wrong', 'reader-missing', 'help', 'failed'], access: 'signed-in' },
  { name: 'counter-new', path: '/counter/new/:draft/:step', modes: counter, titleKey: 'counterNew.title', states: ['identity'], access: 'signed-in' },
  { name: 'counter-desk', path: '/counter/desk', modes: counter, titleKey: 'counterDesk.title', states: ['waiting', 'reading', 'valid', 'window-open', 'suspended', 'lost', 'ended', 'cloned', 'closed', 'by-number', 'by-number-offline', 'refused', 'why-not', 'endorse', 'writing', 'endorsed', 'torn', 'move', 'move-incomplete', 'moved', 'approval', 'approval-wrong', 'cancel', 'pin', 'pin-keypad-missing', 'returned', 'hand-over', 'done'], access: 'signed-in' },
  { name: 'counter-applications', path: '/counter/applications', modes: counter, titleKey: 'counterApplications.title', states: ['filled', 'empty', 'making', 'opened', 'papers', 'refuse', 'approved', 'make', 'writing', 'made', 'batch-put', 'batch-writing', 'batch-take', 'batch-failed', 'batch-done', 'failed'], access: 'signed-in' },
  { name: 'counter-queue', path: '/counter/queue', modes: counter, titleKey: 'counterQueue.title', states: ['waiting', 'empty', 'offline', 'quarantined', 'retrying'], access: 'signed-in' },
  { name: 'counter-books', path: '/counter/books', modes: counter, titleKey: 'counterBooks.title', states: ['ready', 'counting', 'difference', 'approval', 'closed', 'numbers-low', 'failed'], access: 'signed-in' },
] as const satisfies readonly Screen[];
