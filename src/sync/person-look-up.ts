import { randomBytes } from 'node:crypto';
import { done, failed, permitOfPerson, syncTyp, type Outcome, type PermitOfPerson, type PersonAskedFor } from '../contract/index.js';
import { encodeCbor, openSealed, sameBytes, sealTo } from '../cose/index.js';
import type { PlatformClient } from './platform-client.js';
import { decoded, invalid, signedMap, type PlatformTrust } from './signed-map.js';

export interface PersonQuestion {
  readonly idNumber: string;
  /** operator who asks */
  readonly by: string;
  readonly purpose: PersonAskedFor;
}
export interface PersonLookUp extends PlatformTrust {
  /** the platform's X25519 public key */
  readonly sealTo: Uint8Array;
  /** X25519 secret that the answer is sealed to, 32 bytes */
  readonly boxSecret: Uint8Array;
}

const optional = (name: string, value: unknown): Record<string, unknown> => (value === null ? {} : { [name]: value });

const permitOf = (entry: unknown): PermitOfPerson => {
  if (!(entry instanceof Map) || entry.size !== 9) throw invalid('person');
  const map = entry as Map<unknown, unknown>;
  const [permitNumber, state, kind, issuedOn, division, maskedName, birth] = [1, 2, 3, 4, 7, 8, 9].map((label) => map.get(label));
  const parsed = permitOfPerson.safeParse({ permitNumber, state, kind, issuedOn, ...optional('expiresOn', map.get(5)), ...optional('goodUntil', map.get(6)), division, maskedName, birth });
  // Zod's own words could quote what is in it: they stay here.
  if (!parsed.success) throw invalid('person');
  return parsed.data;
};

/** `wz-person` of sync.md 5.3. @throws CodedError PLATFORM_ANSWER_INVALID: not signed, not to this question, or sealed to somebody else */
export const openPersonPermits = (bytes: Uint8Array, nonce: Uint8Array, trust: PersonLookUp): readonly PermitOfPerson[] => {
  const map = signedMap(bytes, syncTyp.person, 3, 3, trust, 'person');
  const [answered, sealed] = [map.get(1), map.get(2)];
  if (!(answered instanceof Uint8Array) || !sameBytes(answered, nonce) || !(sealed instanceof Uint8Array)) throw invalid('person');
  const plain = openSealed(trust.boxSecret, sealed);
  const list = plain === undefined ? undefined : decoded(plain, 'person');
  if (!Array.isArray(list)) throw invalid('person');
  return list.map(permitOf);
};

/**
 * Asks the platform for the permits of a person; it keeps who asked. Nothing of the person stands in the address. What the platform refuses this terminal or operator: ROLE_REQUIRED, ACCESS_RIGHT_MISSING, INPUT_INVALID …
 * @throws CodedError of the network; PLATFORM_ANSWER_INVALID
 */
export const askPerson = async (client: PlatformClient, { idNumber, by, purpose }: PersonQuestion, look: PersonLookUp): Promise<Outcome<readonly PermitOfPerson[]>> => {
  const nonce = new Uint8Array(randomBytes(16));
  const body = sealTo(look.sealTo).seal(encodeCbor(new Map<number, unknown>([[1, idNumber], [2, by], [3, purpose], [4, nonce]])));
  const called = await client.call('POST', '/v1/persons/permits', body);
  return called.ok ? done(openPersonPermits(called.answer.body, nonce, look)) : failed(called.refusal.code);
};
