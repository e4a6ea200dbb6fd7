import { concat } from '../iso7816/index.js';
import { bytesNumber, numberBytes } from './aes.js';
import { AT, LOG_RECORD_LIMIT, LOG_RECORDS } from './memory-map.js';
import type { Nvm } from './nvm.js';

export interface Access {
  /** YYMMDD in BCD, as the card knows it */
  readonly cardDate: Uint8Array;
  /** firmware-specs/access.md 4 */
  readonly rights: number;
  /** seconds since 1970, as the terminal claims */
  readonly time: Uint8Array;
  readonly purpose: number;
  /** certificate holder reference, at most 16 bytes */
  readonly reference: Uint8Array;
}

/**
 * EF.AccessLog (firmware-specs/access.md 4). Each record lies at the place that its sequence number names, a length byte before it: one small change
 * is one transaction, the writes go round all places, and no page counts along.
 */
export class AccessLog {
  constructor(private readonly nvm: Nvm) {}

  /** Newest first. */
  records(): Uint8Array[] {
    return Array.from({ length: LOG_RECORDS }, (_, place) => this.#at(place))
      .filter((record) => record.length > 0)
      .sort((a, b) => sequenceOf(b) - sequenceOf(a));
  }

  append({ cardDate, rights, time, purpose, reference }: Access): void {
    const [newest] = this.records();
    const sequence = newest === undefined ? 1 : sequenceOf(newest) + 1;
    const record = concat(numberBytes(sequence, 4), cardDate, Uint8Array.of(rights), time, Uint8Array.of(purpose), reference);
    this.nvm.commit([{ at: AT.log + ((sequence - 1) % LOG_RECORDS) * LOG_RECORD_LIMIT, data: concat(Uint8Array.of(record.length), record) }]);
  }

  #at(place: number): Uint8Array {
    const [length = 0, ...record] = this.nvm.read(AT.log + place * LOG_RECORD_LIMIT, LOG_RECORD_LIMIT);
    return Uint8Array.from(record.slice(0, length));
  }
}

const sequenceOf = (record: Uint8Array): number => bytesNumber(record.slice(0, 4));
