import { capturedRecord, personAskedFor, permitOfPerson, syncTyp, type CapturedRecord, type PermitOfPerson, type PersonAskedFor } from '../contract/index.js';
import { encodeCbor, openSealed, sealTo } from '../cose/index.js';
import { checkIdNumber, decodeResidence, normaliseIdNumber, parseSigned, permitTyp } from '../permit/index.js';
import { mayAskForPersons } from './config.js';
import { cborOf, isBytesOf, isText, labels, plainOf } from './intake/fields.js';
import { captureKey } from './intake/prepare.js';
import { originKey } from './intake/prepare-events.js';
import { permitFactsOf } from './permit-facts.js';
import type { Platform } from './platform.js';
import { HttpRefusal } from './refusal.js';
import { signMap } from './signed-objects.js';
import type { BoxedRecord, HeldPermit, Terminal } from './storage/ports.js';

interface Question {
  readonly idNumber: string;
  readonly by: string;
  readonly purpose: PersonAskedFor;
  readonly nonce: Uint8Array;
}

const invalid = (): never => {
  throw new HttpRefusal(400, 'INPUT_INVALID');
};
const isPurpose = (text: string): text is PersonAskedFor => (personAskedFor as readonly string[]).includes(text);

/** What the terminal sealed to the platform: the ID number stands in no address and no log. Throws HttpRefusal 400. */
const questionOf = (body: Uint8Array, { keys }: Platform): Question => {
  const plain = openSealed(keys.sealing.secretKey, body) ?? invalid();
  const [typed, by, purpose, nonce] = labels(cborOf(plain), 4) ?? invalid();
  if (!isText(typed) || !isText(by) || !isText(purpose) || !isPurpose(purpose) || !isBytesOf(16)(nonce)) return invalid();
  const idNumber = normaliseIdNumber(typed);
  return checkIdNumber(idNumber).ok ? { idNumber, by, purpose, nonce } : invalid();
};

/** A stored record; one that does not open or parse is a fault of the platform's own. */
const recordOf = (plain: Uint8Array): CapturedRecord => capturedRecord.parse(plainOf(cborOf(plain)));

const masked = (name: string): string => {
  const [first = '', ...rest] = Array.from(name);
  return first + '*'.repeat(Math.min(rest.length, 3));
};

/** Division of the newest change of residence. */
const movedTo = (moved: BoxedRecord, { boxes }: Platform): string => {
  const record = recordOf(boxes.open('events', originKey(moved.origin), moved.box));
  if (record.type !== 'residence-change') throw new Error('an event holds a record of another type');
  return decodeResidence(parseSigned(record.object, permitTyp.residence).payload).division;
};

const tellOf = async (platform: Platform, personKey: Uint8Array, { permitNumber, capture, moved }: HeldPermit, now: number): Promise<PermitOfPerson> => {
  const { storage, boxes } = platform;
  const facts = await permitFactsOf(storage, permitNumber, now);
  const record = recordOf(boxes.open('captures', captureKey(personKey, capture.origin), capture.box));
  if (facts === undefined || record.type !== 'issue') throw new Error('a capture without its permit');
  const { state, kind, issuedOn, expiresOn, goodUntil } = facts;
  const { name, birth, residence } = record.application;
  return permitOfPerson.parse({
    permitNumber,
    state,
    kind,
    issuedOn,
    ...(expiresOn === undefined ? {} : { expiresOn }),
    ...(goodUntil === undefined ? {} : { goodUntil }),
    division: moved === undefined ? residence.division : movedTo(moved, platform),
    maskedName: masked(name),
    birth,
  });
};

/**
 * The permits of a person by the ID number, for a counter that is about to begin another one (sync.md 5.3). That it was asked, by whom and why is on the disk before the answer leaves, also where there is
 * nothing to tell. Throws HttpRefusal 400 INPUT_INVALID, 403 ROLE_REQUIRED: not an operator of this terminal's counter, 409 ACCESS_RIGHT_MISSING: no counter's terminal.
 */
export const personPermits = async (platform: Platform, body: Uint8Array, terminal: Terminal): Promise<Uint8Array> => {
  const { storage, boxes, keys } = platform;
  const { idNumber, by, purpose, nonce } = questionOf(body, platform);
  // What only a counter needs on a card; no kiosk and no desk of the police asks about people.
  if (!terminal.rights.includes('manage')) throw new HttpRefusal(409, 'ACCESS_RIGHT_MISSING');
  if (!(await mayAskForPersons(storage, terminal, by))) throw new HttpRefusal(403, 'ROLE_REQUIRED');
  const now = platform.clock();
  const personKey = boxes.personKey(idNumber);
  const permits: PermitOfPerson[] = [];
  for (const held of await storage.persons.permits(personKey)) permits.push(await tellOf(platform, personKey, held, now));
  await storage.persons.noteLook({ personKey, lookId: nonce, terminal: terminal.id, purpose, permits: permits.length, at: now, box: boxes.seal('person_looks', nonce, encodeCbor({ by })) });
  const told = permits.map((each) => new Map<number, unknown>([[1, each.permitNumber], [2, each.state], [3, each.kind], [4, each.issuedOn], [5, each.expiresOn ?? null], [6, each.goodUntil ?? null], [7, each.division], [8, each.maskedName], [9, each.birth]]));
  return signMap(syncTyp.person, [[1, nonce], [2, sealTo(terminal.x25519).seal(encodeCbor(told))], [3, now]], keys.platform);
};
