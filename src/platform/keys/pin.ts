import { readFileSync, statSync } from 'node:fs';
import { CodedError } from '../../contract/index.js';

const variable = 'RESIDENCE_CARD_HSM_PIN';
/** Beside keys.json, never in it: a copy of keys.json opens no token. */
export const pinFileName = 'hsm-pin';

/** The PIN of the token: RESIDENCE_CARD_HSM_PIN, else the file. Throws CodedError HSM_UNAVAILABLE when there is none, or others may read the file. */
export const readPin = (path: string): string => {
  const given = process.env[variable];
  if (given !== undefined && given !== '') return given;
  let mode: number;
  let text: string;
  try {
    ({ mode } = statSync(path));
    text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new CodedError('HSM_UNAVAILABLE', `no PIN: ${variable} or ${pinFileName}`, { cause });
  }
  if ((mode & 0o077) !== 0) throw new CodedError('HSM_UNAVAILABLE', `${pinFileName} is not its owner's alone (0600)`);
  if (text === '') throw new CodedError('HSM_UNAVAILABLE', `${pinFileName} is empty`);
  return text;
};
