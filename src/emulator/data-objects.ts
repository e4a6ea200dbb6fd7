import { concat, encodeTlv, findTlv, parseTlv, type Tlv, TlvError } from '../iso7816/index.js';
import { bytesNumber, numberBytes } from './aes.js';
import { answer, type Answer, type Instruction, status } from './apdu.js';
import type { DedicatedFile } from './files.js';
import { isVoid } from './life-cycle.js';
import { type Memory, RECORD_LIMIT, RESIDENCE_LIMIT, SERVICES_LIMIT } from './memory.js';
import { readAccess } from './read.js';

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
export function getData(application: DedicatedFile, memory: Memory, instruction: Instruction): Answer {
  if (((instruction.p1 << 8) | instruction.p2) !== CURRENT_DF) return status(0x6a86);
  const list = parse(instruction.data);
  const tags = list?.length === 1 ? findTlv(list, 0x5c)?.value : undefined;
  if (tags === undefined || tags.length === 0) return status(0x6a80);
  const objects: Uint8Array[] = [];
  for (const tag of tags) {
    const object = tag === STATUS_TAG ? statusObject(memory, instruction.secured) : fileObject(application, memory, tag, instruction.secured);
    if (typeof object === 'number') return status(object);
    objects.push(object);
  }
  return answer(concat(...objects));
}

function fileObject(application: DedicatedFile, memory: Memory, tag: number, secured: boolean): Uint8Array | number {
  const file = application.files.find(({ sfi }) => tag === 0xc0 + sfi);
  if (file === undefined) return 0x6a88;
  const access = readAccess(file, memory.store.lifeCycle, secured);
  return access === 0x9000 ? encodeTlv(tag, file.content()) : access;
}

function statusObject(memory: Memory, secured: boolean): Uint8Array | number {
  if (isVoid(memory.store.lifeCycle)) return 0x6985;
  if (!secured) return 0x6982;
  const { counters, cardDate } = memory.issued;
  return encodeTlv(STATUS_TAG, [
    encodeTlv(0x90, numberBytes(counters.residence, 4)),
    encodeTlv(0x91, numberBytes(counters.endorsements, 4)),
    encodeTlv(0x92, numberBytes(counters.services, 4)),
    encodeTlv(0x93, cardDate),
  ]);
}

/** PUT DATA, odd INS: one mutable object with its counter, which must grow. */
export function putData(memory: Memory, instruction: Instruction): Answer {
  if (!instruction.secured) return status(0x6982);
  if (((instruction.p1 << 8) | instruction.p2) !== CURRENT_DF) return status(0x6a86);
  const outer = parse(instruction.data);
  const target = outer?.length === 1 ? outer[0] : undefined;
  if (target === undefined) return status(0x6a80);
  const place = mutable(memory, target.tag);
  if (place === undefined) return status(0x6a88);
  const [counter, object, ...rest] = parse(target.value) ?? [];
  if (counter?.tag !== 0x90 || counter.value.length !== 4 || object?.tag !== 0x53 || object.value.length === 0 || rest.length > 0) return status(0x6a80);
  if (object.value.length > place.limit) return status(0x6a84);
  const value = bytesNumber(counter.value);
  if (value <= place.counter) return status(0x6985);
  place.put(object.value, value);
  return status(0x9000);
}

interface MutableObject {
  readonly limit: number;
  readonly counter: number;
  put(object: Uint8Array, counter: number): void;
}

function mutable(memory: Memory, tag: number): MutableObject | undefined {
  const { counters } = memory.issued;
  switch (tag) {
    case 0xc5:
      return { limit: RESIDENCE_LIMIT, counter: counters.residence, put: (object, counter) => memory.replaceResidence(object, counter) };
    case 0xc6:
      return { limit: RECORD_LIMIT, counter: counters.endorsements, put: (object, counter) => memory.appendRecord(object, counter) };
    case 0xc7:
      return { limit: SERVICES_LIMIT, counter: counters.services, put: (object, counter) => memory.replaceServices(object, counter) };
    default:
      return undefined;
  }
}
