import counter from './zh-CN/counter.js';
import counterNew from './zh-CN/counter-new.js';
import counterDesk from './zh-CN/counter-desk.js';
import counterApplications from './zh-CN/counter-applications.js';
import counterQueue from './zh-CN/counter-queue.js';
import counterBooks from './zh-CN/counter-books.js';
import counterPhoto from './zh-CN/counter-photo.js';
import counterField from './zh-CN/counter-field.js';
import counterWords from './zh-CN/counter-words.js';
import print from './zh-CN/print.js';
import keypad from './zh-CN/keypad.js';

/** The parts of counter mode, of print and of the holder's keypad. */
export const zhCounter = { counter, counterNew, counterDesk, counterApplications, counterQueue, counterBooks, counterPhoto, counterField, counterWords, print, keypad };
