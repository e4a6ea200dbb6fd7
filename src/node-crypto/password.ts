import { randomBytes } from 'node:crypto';
import { argon2id, argon2Verify } from 'hash-wasm';

/** RFC 9106 4, second recommended option scaled to a counter machine: 64 MiB, 3 passes, one lane; about 0.15 s. */
const cost = { memorySize: 65_536, iterations: 3, parallelism: 1, hashLength: 32 } as const;

const base64 = (length: number): string => randomBytes(length).toString('base64').replaceAll('=', '');

/** argon2id of a password in PHC form, with a salt of its own. */
export const passwordVerifier = (password: string): Promise<string> => argon2id({ ...cost, password: password.normalize('NFC'), salt: randomBytes(16), outputType: 'encoded' });

/** A verifier that no password matches, at the cost of a real one: asking for nobody takes as long as asking for somebody. */
export const verifierOfNobody = `$argon2id$v=19$m=${cost.memorySize},t=${cost.iterations},p=${cost.parallelism}$${base64(16)}$${base64(cost.hashLength)}`;

/** Whether the password is the verifier's. False for a verifier that is none. */
export async function passwordMatches(password: string, verifier: string): Promise<boolean> {
  try {
    return await argon2Verify({ password: password.normalize('NFC'), hash: verifier });
  } catch {
    return false;
  }
}

/** A 32-byte key from a password and a salt (16 bytes or more): the same every time, and another one than any verifier holds. */
export const keyFromPassword = async (password: string, salt: Uint8Array): Promise<Uint8Array> =>
  argon2id({ ...cost, password: password.normalize('NFC'), salt, outputType: 'binary' });
