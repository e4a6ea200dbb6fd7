import { z } from 'zod';
import { CodedError, syncTyp } from '../contract/index.js';
import { sameBytes } from '../cose/index.js';
import { CvcError, encodeCvRequest, readCvBundle, type CvBundle } from '../cvc/index.js';
import { p256KeyPair, signP256 } from '../node-crypto/index.js';
import type { Outbox, SettingsView } from '../outbox/index.js';
import type { PlatformClient } from './platform-client.js';
import { invalid, signedMap, type PlatformTrust } from './signed-map.js';

/** Name of key and chain in the outbox's settings: boxed there under the device key. */
const settingName = 'access-certificate';

const bytes: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);
const shape = z.tuple([bytes, z.array(bytes), bytes, bytes]);

/** The terminal's card-verifiable certificate with what leads to it, each a whole `7F21`, and its private key: 32 bytes. */
export interface StoredAccess {
  readonly key: Uint8Array;
  /** CVCA certificates, the self-signed one first. */
  readonly authorities: readonly Uint8Array[];
  readonly verifier: Uint8Array;
  readonly terminal: Uint8Array;
}

/** What was pulled last; undefined: never. @throws CodedError STORAGE_* */
export const storedAccess = (outbox: { readonly settings: SettingsView }): StoredAccess | undefined => {
  const parsed = shape.safeParse(outbox.settings.get(settingName));
  if (!parsed.success) return undefined;
  const [key, authorities, verifier, terminal] = parsed.data;
  return { key, authorities, verifier, terminal };
};

export interface AccessContext extends PlatformTrust {
  readonly client: PlatformClient;
  readonly outbox: Outbox;
  readonly terminalId: string;
  /** the day in China, YYYY-MM-DD */
  readonly today: () => string;
}

const bundleOf = (encoded: Omit<StoredAccess, 'key'>, today: string): CvBundle => {
  try {
    const read = readCvBundle(encoded, today);
    if (!read.ok) throw invalid(`terminal-certificate: ${read.reason}`);
    return read.bundle;
  } catch (error) {
    if (error instanceof CvcError) throw invalid('terminal-certificate: malformed', error);
    throw error;
  }
};

/** Whether what is held needs no renewal today: it began today, and it still leads where it did. */
const isOfToday = (held: StoredAccess | undefined, today: string): boolean => {
  if (held === undefined) return false;
  try {
    const read = readCvBundle(held, today);
    return read.ok && read.bundle.terminal.effective === today;
  } catch (error) {
    if (error instanceof CvcError) return false;
    throw error;
  }
};

/**
 * A certificate for a key that is made for it (sync.md 5.2): key and chain are kept together or not at all. True: there is a new one. @throws CodedError
 * PLATFORM_ANSWER_INVALID for a chain that does not verify, is not in force today or is for another key; the platform's refusals
 */
export const pullAccess = async ({ client, outbox, terminalId, today, ...trust }: AccessContext): Promise<boolean> => {
  const day = today();
  if (isOfToday(storedAccess(outbox), day)) return false;
  const { privateKey, publicKey } = p256KeyPair();
  try {
    const request = encodeCvRequest(`CN${terminalId}00000`, publicKey, (message) => signP256(privateKey, message));
    const called = await client.call('POST', '/v1/terminal-certificate', request);
    if (!called.ok) throw new CodedError(called.refusal.code, 'terminal-certificate');
    const map = signedMap(called.answer.body, syncTyp.access, 4, 4, trust, 'terminal-certificate');
    const parsed = z.tuple([z.array(bytes), bytes, bytes]).safeParse([map.get(1), map.get(2), map.get(3)]);
    if (!parsed.success) throw invalid('terminal-certificate');
    const [authorities, verifier, terminal] = parsed.data;
    const bundle = bundleOf({ authorities, verifier, terminal }, day);
    const { terminal: own } = bundle;
    if (!sameBytes(own.publicKey, publicKey) || !own.holderReference.startsWith(`CN${terminalId}`)) throw invalid('terminal-certificate: for another terminal');
    if (own.effective > day) throw invalid('terminal-certificate: not yet in force');
    outbox.settings.put({ [settingName]: [privateKey.slice(), authorities, verifier, terminal] });
    return true;
  } finally {
    privateKey.fill(0);
  }
};
