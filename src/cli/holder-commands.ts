import { readFileSync } from 'node:fs';
import { CodedError, done, failed, type Outcome } from '../contract/index.js';
import type { DataFolder } from './data-folder.js';
import type { Output } from './output.js';
import { signedIn, type People } from './sign-in.js';
import { showSteps } from './terminal-commands.js';

/** The holder's own matters with the card on the reader: PIN, who read it, its printed body, its end. */
interface CardWork {
  readonly reader?: string | undefined;
}

/** A PIN from a file or the environment, six digits: a command line is seen by every program of the machine. */
const pinOf = (file: string | undefined, variable: string): Uint8Array | undefined => {
  if (file === undefined) {
    const value = process.env[variable];
    return value === undefined ? undefined : new TextEncoder().encode(value);
  }
  try {
    return new Uint8Array(readFileSync(file)).filter((byte) => byte !== 0x0a && byte !== 0x0d);
  } catch (cause) {
    throw new CodedError('INPUT_INVALID', 'pin file', { cause });
  }
};

export interface Pins {
  readonly pinFile?: string | undefined;
  readonly newPinFile?: string | undefined;
}

const newPin = ({ newPinFile }: Pins): Uint8Array | undefined => pinOf(newPinFile, 'RESIDENCE_CARD_NEW_PIN');
const oldPin = ({ pinFile }: Pins): Uint8Array | undefined => pinOf(pinFile, 'RESIDENCE_CARD_PIN');

export const setPin = (folder: DataFolder, output: Output, people: People, pins: Pins, { reader }: CardWork): Promise<Outcome<object>> => {
  const pin = newPin(pins);
  if (pin === undefined) return Promise.resolve(failed('PIN_REQUIRED'));
  return signedIn(folder, people, (terminal) => terminal.setPin(pin, { reader, onStep: showSteps(output) }));
};

export const changePin = (folder: DataFolder, output: Output, people: People, pins: Pins, { reader }: CardWork): Promise<Outcome<object>> => {
  const [old, pin] = [oldPin(pins), newPin(pins)];
  if (old === undefined || pin === undefined) return Promise.resolve(failed('PIN_REQUIRED'));
  return signedIn(folder, people, (terminal) => terminal.changePin(old, pin, { reader, onStep: showSteps(output) }));
};

export const resetPin = (folder: DataFolder, output: Output, people: People, { reader }: CardWork): Promise<Outcome<object>> =>
  signedIn(folder, people, (terminal) => terminal.resetPin({ reader, onStep: showSteps(output) }));

/** Times and purposes are what the terminals claimed. */
export const cardLog = (folder: DataFolder, output: Output, people: People, { reader }: CardWork): Promise<Outcome<object>> =>
  signedIn(folder, people, async (terminal) => {
    const log = await terminal.cardLog({ reader, onStep: showSteps(output) });
    if (!log.ok) return log;
    const entries = log.value.entries.map(({ claimedTime, ...entry }) => ({ ...entry, claimedTime: new Date(claimedTime * 1000).toISOString() }));
    return done({ permitNumber: log.value.permitNumber, entries });
  });

export const matchBody = (folder: DataFolder, output: Output, people: People, permitNumber: string, can: string, { reader }: CardWork): Promise<Outcome<object>> =>
  signedIn(folder, people, (terminal) => terminal.matchBody({ permitNumber, can }, { reader, onStep: showSteps(output) }));

export const endCard = (folder: DataFolder, output: Output, people: People, permitNumber: string, { reader }: CardWork): Promise<Outcome<object>> =>
  signedIn(folder, people, (terminal) => terminal.endCard(permitNumber, { reader, onStep: showSteps(output) }));
