import counter from './en/counter.js';
import counterNew from './en/counter-new.js';
import counterDesk from './en/counter-desk.js';
import counterApplications from './en/counter-applications.js';
import counterQueue from './en/counter-queue.js';
import counterBooks from './en/counter-books.js';
import counterPhoto from './en/counter-photo.js';
import counterField from './en/counter-field.js';
import counterWords from './en/counter-words.js';
import print from './en/print.js';
import keypad from './en/keypad.js';

/** The parts of counter mode, of print and of the holder's keypad. */
export const enCounter = { counter, counterNew, counterDesk, counterApplications, counterQueue, counterBooks, counterPhoto, counterField, counterWords, print, keypad };
