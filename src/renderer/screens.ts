import { counterScreens } from './counter-screens.js';

/**
 * Every screen and the named states it can be in: what the router is built from and what the pictures of the screens are derived from. Data alone, without Vue.
 */
export interface Screen {
  readonly name: string;
  /** of the router, behind `#` */
  readonly path: string;
  /** modes of the terminal that have it */
  readonly modes: readonly ('counter' | 'kiosk' | 'police')[];
  /** of the words in `i18n`, of the page's title and heading */
  readonly titleKey: string;
  /** what it may be caught in; the first is the one without any ado */
  readonly states: readonly string[];
  /** `always`: also without a session or an enrolled terminal */
  readonly access: 'always' | 'enrolled' | 'signed-in';
}

const all = ['counter', 'kiosk', 'police'] as const;
const police = ['police'] as const;

export const screens = [
  { name: 'home', path: '/', modes: ['kiosk'], titleKey: 'frame.homeTitle', states: ['ready'], access: 'signed-in' },
  { name: 'sign-in', path: '/sign-in', modes: all, titleKey: 'signIn.title', states: ['ready', 'busy', 'failed', 'locked', 'caps-lock'], access: 'enrolled' },
  { name: 'setup', path: '/setup', modes: all, titleKey: 'setup.title', states: ['ready', 'busy', 'failed', 'done'], access: 'always' },
  { name: 'diagnosis', path: '/diagnosis', modes: all, titleKey: 'diagnosis.title', states: ['loading', 'healthy', 'findings', 'failed', 'saved'], access: 'always' },
  { name: 'leave', path: '/leave', modes: all, titleKey: 'frame.leaveTitle', states: ['ready', 'credentials', 'failed', 'done'], access: 'always' },
  { name: 'failure', path: '/failure/:code', modes: all, titleKey: 'frame.failureTitle', states: ['code'], access: 'always' },
  {
    name: 'police',
    path: '/police',
    modes: police,
    titleKey: 'police.title',
    states: [
      'waiting',
      'operation',
      'reading',
      'valid',
      'valid-closed',
      'suspended',
      'expired',
      'revoked',
      'cloned',
      'report',
      'forged',
      'rolled-back',
      'unconfirmed',
      'undetermined',
      'refused',
      'offline',
      'stale',
      'clock-wrong',
      'reader-missing',
      'card-service-down',
      'link-down',
      'stopped',
    ],
    access: 'signed-in',
  },
  { name: 'police-look-up', path: '/police/look-up', modes: police, titleKey: 'policeLookUp.title', states: ['ready', 'incomplete', 'platform-valid', 'platform-cancelled', 'lists-valid', 'lists-suspended', 'not-found', 'refused'], access: 'signed-in' },
  { name: 'police-history', path: '/police/history', modes: police, titleKey: 'policeHistory.title', states: ['filled', 'empty', 'opened', 'closed'], access: 'signed-in' },
  ...counterScreens,
] as const satisfies readonly Screen[];

export type ScreenName = (typeof screens)[number]['name'];
