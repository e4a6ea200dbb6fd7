import { addMonths, dateInChina, type FullDate } from './dates.js';
import { permitNumberField } from './data-groups.js';
import { bytesOf, decodeMap, fullDate, pattern, text, time, uintBetween, type Fields } from './fields.js';
import { dateTag, encodeChecked, labelled } from './labels.js';
import { PayloadError } from './payload-error.js';

/** What binds an object to one card and one moment of it (payload.md 4). */
export interface Binding {
  readonly permitNumber: string;
  /** `chipThumbprint` of the SOD's chip key, 8 bytes */
  readonly thumbprint: Uint8Array;
  /** the chip's counter of this object after it was written, 32 bits */
  readonly counter: number;
  /** seconds since 1970 */
  readonly signedAt: number;
}

export interface Residence extends Binding {
  /** 12 digits: town and village */
  readonly division: string;
  readonly address: string;
  readonly rentalHouse?: string;
  readonly employer?: string;
  readonly since: FullDate;
}

export interface Endorsement extends Binding {
  readonly endorsedOn: FullDate;
  /** the next due day */
  readonly goodUntil: FullDate;
  readonly authority: string;
  /** present after a late endorsement */
  readonly yearsCountFrom?: FullDate;
}

/** One department's slot of EF.Services. Its `counter` is the chip's services counter, which every slot's write raises. */
export interface ServiceSlot extends Binding {
  /** department number, 1 to 65534 */
  readonly department: number;
  /** receipt number of the application, at most 40 characters */
  readonly receipt: string;
  /** at most 40 characters */
  readonly state: string;
  readonly asOf: FullDate;
}

const binding = (map: Fields): Binding => ({
  permitNumber: map.required(1, permitNumberField),
  thumbprint: map.required(2, bytesOf(8)),
  counter: map.required(3, uintBetween(0, 0xffff_ffff)),
  signedAt: map.required(4, time),
});
const bindingLabels = (object: Binding): (readonly [number, unknown])[] => [
  [1, object.permitNumber],
  [2, object.thumbprint],
  [3, object.counter],
  [4, object.signedAt],
];

/** Throws PayloadError. */
export const decodeResidence = (bytes: Uint8Array): Residence =>
  decodeMap(bytes, 'Residence', (map) => ({
    ...binding(map),
    division: map.required(5, pattern(/^\d{12}$/)),
    address: map.required(6, text(100)),
    ...map.optional(7, 'rentalHouse', text(40)),
    ...map.optional(8, 'employer', text(60)),
    since: map.required(9, fullDate),
  }));

export const encodeResidence = (residence: Residence): Uint8Array =>
  encodeChecked(
    labelled([
      ...bindingLabels(residence),
      [5, residence.division],
      [6, residence.address],
      [7, residence.rentalHouse],
      [8, residence.employer],
      [9, dateTag(residence.since)],
    ]),
    decodeResidence,
  );

/** A year, and the month before it in which it is asked for; two days more where the months are short: no key makes an endorsement for decades. */
const longestMonths = 14;

/** Throws PayloadError. */
export const decodeEndorsement = (bytes: Uint8Array): Endorsement =>
  decodeMap(bytes, 'Endorsement', (map) => {
    const endorsement: Endorsement = {
      ...binding(map),
      endorsedOn: map.required(5, fullDate),
      goodUntil: map.required(6, fullDate),
      authority: map.required(7, text(60)),
      ...map.optional(8, 'yearsCountFrom', fullDate),
    };
    const { endorsedOn, goodUntil, signedAt } = endorsement;
    if (endorsedOn > dateInChina(signedAt)) throw new PayloadError('out-of-range', 'Endorsement.5');
    if (goodUntil < endorsedOn || goodUntil > addMonths(endorsedOn, longestMonths)) throw new PayloadError('out-of-range', 'Endorsement.6');
    return endorsement;
  });

export const encodeEndorsement = (endorsement: Endorsement): Uint8Array =>
  encodeChecked(
    labelled([
      ...bindingLabels(endorsement),
      [5, dateTag(endorsement.endorsedOn)],
      [6, dateTag(endorsement.goodUntil)],
      [7, endorsement.authority],
      [8, dateTag(endorsement.yearsCountFrom)],
    ]),
    decodeEndorsement,
  );

/** Throws PayloadError. */
export const decodeServiceSlot = (bytes: Uint8Array): ServiceSlot =>
  decodeMap(bytes, 'ServiceSlot', (map) => ({
    ...binding(map),
    department: map.required(5, uintBetween(1, 0xfffe)),
    receipt: map.required(6, text(40)),
    state: map.required(7, text(40)),
    asOf: map.required(8, fullDate),
  }));

export const encodeServiceSlot = (slot: ServiceSlot): Uint8Array =>
  encodeChecked(
    labelled([...bindingLabels(slot), [5, slot.department], [6, slot.receipt], [7, slot.state], [8, dateTag(slot.asOf)]]),
    decodeServiceSlot,
  );
