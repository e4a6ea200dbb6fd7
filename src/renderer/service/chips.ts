import type { ServiceState } from '../../contract/index.js';
import type { Key } from '../i18n/index.js';

/** `unknown`: nothing is known of it yet. */
export type Tone = 'ok' | 'warn' | 'fail' | 'unknown';

/** One thing of the terminal that is told at the top of every screen. */
export interface Chip {
  readonly name: 'reader' | 'platform' | 'queue' | 'list' | 'clock' | 'keypad';
  readonly tone: Tone;
  readonly words: Extract<Key, `frame.${string}`>;
  readonly values?: Readonly<Record<string, string | number>>;
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** An age as a whole number of the largest unit that it fills. */
export const ageOf = (seconds: number): { readonly unit: 'now' | 'minutes' | 'hours' | 'days'; readonly n: number } => {
  if (seconds < minute) return { unit: 'now', n: 0 };
  if (seconds < hour) return { unit: 'minutes', n: Math.floor(seconds / minute) };
  if (seconds < 2 * day) return { unit: 'hours', n: Math.floor(seconds / hour) };
  return { unit: 'days', n: Math.floor(seconds / day) };
};

const reader = ({ cardService, readers }: ServiceState): Chip => {
  if (cardService === 'down') return { name: 'reader', tone: 'fail', words: 'frame.readerServiceDown' };
  if (readers.length === 0) return { name: 'reader', tone: 'fail', words: 'frame.readerMissing' };
  if (readers.some(({ mute }) => mute)) return { name: 'reader', tone: 'warn', words: 'frame.readerMute' };
  return readers.some(({ cardPresent }) => cardPresent) ? { name: 'reader', tone: 'ok', words: 'frame.readerCard' } : { name: 'reader', tone: 'ok', words: 'frame.readerReady' };
};

const platform = (state: ServiceState): Chip => {
  if (state.syncing) return { name: 'platform', tone: state.platform === 'down' ? 'warn' : 'ok', words: 'frame.platformSyncing' };
  if (state.platform === 'up') return { name: 'platform', tone: 'ok', words: 'frame.platformUp' };
  return state.platform === 'down' ? { name: 'platform', tone: 'warn', words: 'frame.platformDown' } : { name: 'platform', tone: 'unknown', words: 'frame.platformUnknown' };
};

const queue = ({ queue: { pending, quarantined } }: ServiceState): Chip =>
  quarantined > 0
    ? { name: 'queue', tone: 'warn', words: 'frame.queueQuarantined', values: { pending, quarantined } }
    : { name: 'queue', tone: 'ok', words: 'frame.queuePending', values: { pending } };

const list = ({ list: { ageSeconds, stale } }: ServiceState): Chip => {
  if (ageSeconds === null) return { name: 'list', tone: 'fail', words: 'frame.listMissing' };
  const { unit, n } = ageOf(ageSeconds);
  const tone = stale ? 'fail' : 'ok';
  switch (unit) {
    case 'now':
      return { name: 'list', tone, words: 'frame.listNow' };
    case 'minutes':
      return { name: 'list', tone, words: stale ? 'frame.listMinutesOverdue' : 'frame.listMinutes', values: { n } };
    case 'hours':
      return { name: 'list', tone, words: stale ? 'frame.listHoursOverdue' : 'frame.listHours', values: { n } };
    case 'days':
      return { name: 'list', tone, words: stale ? 'frame.listDaysOverdue' : 'frame.listDays', values: { n } };
  }
};

/** `time`: as it is to be shown. */
const clock = ({ clock: { trustworthy } }: ServiceState, time: string): Chip =>
  trustworthy ? { name: 'clock', tone: 'ok', words: 'frame.clock', values: { time } } : { name: 'clock', tone: 'fail', words: 'frame.clockWrong', values: { time } };

/** The holder's, at a counter. None that is open is no fault: it opens when a PIN is set. */
const keypad = ({ keypad: open }: ServiceState): Chip => (open ? { name: 'keypad', tone: 'ok', words: 'frame.keypadOpen' } : { name: 'keypad', tone: 'unknown', words: 'frame.keypadClosed' });

export const chipsOf = (state: ServiceState, time: string): readonly Chip[] => [reader(state), platform(state), queue(state), list(state), clock(state, time), ...(state.mode === 'counter' ? [keypad(state)] : [])];
