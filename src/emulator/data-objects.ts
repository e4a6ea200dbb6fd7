import { concat, encodeTlv, findTlv, parseTlv, type Tlv, TlvError } from '../iso7816/index.js';
import { bytesNumber, numberBytes } from './aes.js';
import { answer, type Answer, type Instruction, status } from './apdu.js';
import type { DedicatedFile } from './files.js';
import { isVoid } from './life-cycle.js';
import type { Memory } from './memory.js';
import { RECORD_LIMIT, RESIDENCE_LIMIT } from './memory-map.js';
import { readAccess } from './read.js';
import { EVERY_DEPARTMENT, OPENS, type Session } from './session.js';

const CURRENT_DF = 0x3fff;
const STATUS_TAG = 0xc9;

function parse(data: Uint8Array): Tlv[] | undefined {
  try {
    return parseTlv(data, { strict: true });
  } catch (error) {
    if (error instanceof TlvError) return undefined;
    throw error;
  }
}

/** GET DATA, odd INS: a tag list names the objects; the answer has them in its order. The tag of a file is C0 + SFI. */
export function getData(application: DedicatedFile, memory: Memory, instruction: Instruction, session: Session | undefined): Answer {
  if (((instruction.p1 << 8) | instruction.p2) !== CURRENT_DF) return status(0x6a86);
  const list = parse(instruction.data);
  const tags = list?.length === 1 ? findTlv(list, 0x5c)?.value : undefined;
  if (tags === undefined || tags.length === 0) return status(0x6a80);
  const objects: Uint8Array[] = [];
  for (const tag of tags) {
    const object = tag === STATUS_TAG ? statusObject(memory, session) : fileObject(application, memory, tag, session);
    if (typeof object === 'number') return status(object);
    objects.push(object);
  }
  return answer(concat(...objects));
}

function fileObject(application: DedicatedFile, memory: Memory, tag: number, session: Session | undefined): Uint8Array | number {
  const file = application.files.find(({ sfi }) => tag === 0xc0 + sfi);
  if (file === undefined) return 0x6a88;
  const access = readAccess(file, memory.store.lifeCycle, session);
  return access === 0x9000 ? encodeTlv(tag, file.object(session)) : access;
}

function statusObject(memory: Memory, session: Session | undefined): Uint8Array | number {
  if (isVoid(memory.store.lifeCycle)) return 0x6985;
  if (session === undefined) return 0x6982;
  const { counters, cardDate } = memory.issued;
  const slots = memory.slots.list().map(({ department, counter }) => concat(numberBytes(department, 2), numberBytes(counter, 4)));
  return encodeTlv(STATUS_TAG, [
    encodeTlv(0x90, numberBytes(counters.residence, 4)),
    encodeTlv(0x91, numberBytes(counters.endorsements, 4)),
    encodeTlv(0x92, numberBytes(counters.services, 4)),
    encodeTlv(0x93, cardDate),
    encodeTlv(0x94, slots),
    encodeTlv(0x95, Uint8Array.of(memory.holder.tries)),
  ]);
}

/** PUT DATA, odd INS: one mutable object with the next value of its counter. */
export function putData(memory: Memory, instruction: Instruction, session: Session | undefined): Answer {
  if (session === undefined) return status(0x6982);
  if (((instruction.p1 << 8) | instruction.p2) !== CURRENT_DF) return status(0x6a86);
  const outer = parse(instruction.data);
  const target = outer?.length === 1 ? outer[0] : undefined;
  if (target === undefined) return status(0x6a80);
  const { counters } = memory.issued;
  switch (target.tag) {
    case 0xc5: {
      if (!OPENS.writeResidence(session)) return status(0x6982);
      const put = (object: Uint8Array, counter: number): void => memory.replaceResidence(object, counter);
      return putCounted(parse(target.value), { limit: RESIDENCE_LIMIT, counter: counters.residence, put });
    }
    case 0xc6: {
      if (!OPENS.appendEndorsement(session)) return status(0x6982);
      const put = (object: Uint8Array, counter: number): void => memory.appendRecord(object, counter);
      return putCounted(parse(target.value), { limit: RECORD_LIMIT, counter: counters.endorsements, put });
    }
    case 0xc7:
      return OPENS.writeServices(session) ? putSlot(memory, session, parse(target.value)) : status(0x6982);
    default:
      return status(0x6a88);
  }
}

/** `91 department, 90 counter, 53 object`: a department that the terminal serves, an old slot or a free one. FFFF names no department. */
function putSlot(memory: Memory, session: Session, parts: readonly Tlv[] | undefined): Answer {
  const [first, ...counted] = parts ?? [];
  if (first?.tag !== 0x91 || first.value.length !== 2) return status(0x6a80);
  const department = bytesNumber(first.value);
  if (department === EVERY_DEPARTMENT) return status(0x6a80);
  if (!session.serves(department)) return status(0x6982);
  const limit = memory.slots.hasRoomFor(department) ? RECORD_LIMIT : 0;
  const put = (object: Uint8Array, counter: number): void => memory.slots.put(department, object, counter);
  return putCounted(counted, { limit, counter: memory.issued.counters.services, put });
}

interface MutableObject {
  /** Most bytes that are taken; 0 when there is no place. */
  readonly limit: number;
  readonly counter: number;
  put(object: Uint8Array, counter: number): void;
}

function putCounted(parts: readonly Tlv[] | undefined, place: MutableObject): Answer {
  const [counter, object, ...rest] = parts ?? [];
  if (counter?.tag !== 0x90 || counter.value.length !== 4 || object?.tag !== 0x53 || object.value.length === 0 || rest.length > 0) return status(0x6a80);
  if (object.value.length > place.limit) return status(0x6a84);
  const value = bytesNumber(counter.value);
  // No step may use a counter up: the next object's is the next number.
  if (value !== place.counter + 1) return status(0x6985);
  place.put(object.value, value);
  return status(0x9000);
}
