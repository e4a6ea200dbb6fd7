import { done, failed, permitFacts, syncTyp, type Failure, type PermitFacts, type Success } from '../contract/index.js';
import type { PlatformClient } from './platform-client.js';
import { invalid, signedMap, type PlatformTrust } from './signed-map.js';

const hex = (bytes: unknown): unknown => (bytes instanceof Uint8Array ? Buffer.from(bytes).toString('hex') : bytes);

const cardsOf = (list: unknown): unknown =>
  Array.isArray(list) ? list.map((entry: unknown) => (Array.isArray(entry) && entry.length === 3 ? { serial: hex(entry[0]), statusIndex: entry[1] as unknown, status: entry[2] as unknown } : entry)) : list;

/** An answer may lie behind the newest signed time by this much (seconds): what is older was kept by somebody. */
const oldestAnswer = 300;

/** `wz-permit` of sync.md 5. @throws CodedError PLATFORM_ANSWER_INVALID: not signed, not of this number, older than `notBefore` */
export const openPermitFacts = (bytes: Uint8Array, permitNumber: string, notBefore: number, trust: PlatformTrust): PermitFacts => {
  const map = signedMap(bytes, syncTyp.permit, 9, 8, trust, 'permit');
  const optional = (name: string, label: number): Record<string, unknown> => (map.get(label) === null ? {} : { [name]: map.get(label) });
  const facts = permitFacts.safeParse({
    permitNumber: map.get(1),
    state: map.get(2),
    kind: map.get(3),
    issuedOn: map.get(4),
    ...optional('expiresOn', 5),
    ...optional('goodUntil', 6),
    cards: cardsOf(map.get(7)),
    at: map.get(8),
    ...optional('yearsCountFrom', 9),
  });
  if (!facts.success || facts.data.permitNumber !== permitNumber) throw invalid('permit');
  // An answer carries no nonce: one from before a loss would show a lost permit as good.
  if (facts.data.at < notBefore - oldestAnswer) throw invalid('permit time');
  return facts.data;
};

/**
 * Asks the platform for a permit by its number. PERMIT_UNKNOWN, and what the platform refuses this terminal.
 * @param knownTime asked after the answer came: the newest time that the platform signed. @throws CodedError of the network; PLATFORM_ANSWER_INVALID
 */
export const askPermit = async (client: PlatformClient, permitNumber: string, knownTime: () => number, trust: PlatformTrust): Promise<Success<PermitFacts> | Failure> => {
  const called = await client.call('GET', `/v1/permits/${permitNumber}`);
  if (!called.ok) return failed(called.refusal.code);
  return done(openPermitFacts(called.answer.body, permitNumber, knownTime(), trust));
};
