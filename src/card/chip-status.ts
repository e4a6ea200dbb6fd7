import { answerError } from './errors.js';
import { dayOfBcd, uintOf } from './fields.js';
import { recordFiles } from './files.js';
import { parseTlv, type Tlv } from '../iso7816/index.js';

/** The computed Status object (permit-application.md 6). */
export const statusTag = 0xc9;
/** Greatest length of its contents: three counters, date, twelve slots, PIN. */
export const statusLimit = 3 * 6 + 5 + (2 + 6 * recordFiles.services.count) + 3;

/** What the chip itself tells, under secure messaging only. */
export interface ChipStatus {
  readonly counters: { readonly residence: number; readonly endorsements: number; readonly services: number };
  /** YYYY-MM-DD; moved by certificates alone (terminal-authentication.md 2) */
  readonly cardDate: string;
  /** Department → value that the services counter had when the slot was written, in the order of EF.Services. */
  readonly slots: ReadonlyMap<number, number>;
  /** Tries left (0: blocked), or that no PIN is set. */
  readonly pin: 'unset' | number;
}

const tags = [0x90, 0x91, 0x92, 0x93, 0x94, 0x95] as const;
/** Tries of a PIN (access.md 2). */
export const greatestTries = 3;
const unset = 0xff;
/** Of a certificate, where it stands for all, and no department (terminal-authentication.md 1). */
export const everyDepartment = 0xffff;

function objectsOf(bytes: Uint8Array): Tlv[] {
  try {
    return parseTlv(bytes, { strict: true });
  } catch (cause) {
    throw answerError('GET DATA: status', cause);
  }
}

/** Departments rise, from 1 to FFFE, and there are at most as many as the file has records; undefined otherwise. */
function slotsOf(bytes: Uint8Array): ReadonlyMap<number, number> | undefined {
  if (bytes.length % 6 !== 0 || bytes.length / 6 > recordFiles.services.count) return undefined;
  const slots = new Map<number, number>();
  let last = 0;
  for (let at = 0; at < bytes.length; at += 6) {
    const department = uintOf(bytes.slice(at, at + 2));
    if (department <= last || department === everyDepartment) return undefined;
    last = department;
    slots.set(department, uintOf(bytes.slice(at + 2, at + 6)));
  }
  return slots;
}

/** Contents of DO C9. Throws CARD_ANSWER_INVALID for anything but `90 … 95` in this order, each as permit-application.md 6 says. */
export function parseChipStatus(bytes: Uint8Array): ChipStatus {
  const objects = objectsOf(bytes);
  if (objects.length !== tags.length || objects.some((object, i) => object.tag !== tags[i])) throw answerError('GET DATA: status');
  const [residence, endorsements, services, date, slotList, tries] = objects.map((object) => object.value) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const cardDate = dayOfBcd(date);
  const slots = slotsOf(slotList);
  const pin = tries[0] ?? 0;
  if ([residence, endorsements, services].some((counter) => counter.length !== 4) || cardDate === undefined || slots === undefined) throw answerError('GET DATA: status');
  if (tries.length !== 1 || (pin > greatestTries && pin !== unset)) throw answerError('GET DATA: status');
  return {
    counters: { residence: uintOf(residence), endorsements: uintOf(endorsements), services: uintOf(services) },
    cardDate,
    slots,
    pin: pin === unset ? 'unset' : pin,
  };
}
