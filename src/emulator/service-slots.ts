import { concat } from '../iso7816/index.js';
import { bytesNumber, numberBytes } from './aes.js';
import { ISSUED_FIELD } from './issued.js';
import { AT, RECORD_LIMIT, RECORD_PLACES, RECORDS } from './memory-map.js';
import type { Nvm } from './nvm.js';

export interface ServiceSlot {
  readonly department: number;
  /** The services counter when the slot was written. */
  readonly counter: number;
  readonly place: number;
  readonly length: number;
}

/** department 2, counter 4, place 1, length 2 */
const ENTRY = 9;

/** EF.Services: one object for each department, by rising department (firmware-specs/permit-application.md 6). */
export class ServiceSlots {
  constructor(private readonly nvm: Nvm) {}

  list(): ServiceSlot[] {
    const [count = 0, ...bytes] = this.nvm.read(AT.slots, 1 + RECORDS * ENTRY);
    return Array.from({ length: count }, (_, i) => Uint8Array.from(bytes.slice(i * ENTRY, (i + 1) * ENTRY))).map((entry) => ({
      department: bytesNumber(entry.slice(0, 2)),
      counter: bytesNumber(entry.slice(2, 6)),
      place: entry[6] ?? 0,
      length: bytesNumber(entry.slice(7)),
    }));
  }

  object({ place, length }: ServiceSlot): Uint8Array {
    return this.nvm.read(AT.slotObjects + place * RECORD_LIMIT, length);
  }

  hasRoomFor(department: number): boolean {
    const slots = this.list();
    return slots.length < RECORDS || slots.some((slot) => slot.department === department);
  }

  /** The object goes to a free place, then directory and counter change at once; the caller has made sure of room and of a counter that grows. */
  put(department: number, object: Uint8Array, counter: number): void {
    const before = this.list();
    const taken = new Set(before.map(({ place }) => place));
    const place = Array.from({ length: RECORD_PLACES }, (_, i) => i).find((i) => !taken.has(i)) ?? 0;
    this.nvm.write(AT.slotObjects + place * RECORD_LIMIT, object);
    const slot = { department, counter, place, length: object.length };
    const slots = [...before.filter((other) => other.department !== department), slot].sort((a, b) => a.department - b.department);
    this.nvm.commit([
      { at: AT.slots, data: directory(slots) },
      { at: AT.issued + ISSUED_FIELD.servicesCounter, data: numberBytes(counter, 4) },
    ]);
  }
}

function directory(slots: readonly ServiceSlot[]): Uint8Array {
  const entries = slots.map(({ department, counter, place, length }) =>
    concat(numberBytes(department, 2), numberBytes(counter, 4), Uint8Array.of(place), numberBytes(length, 2)),
  );
  return concat(Uint8Array.of(slots.length), ...entries);
}
