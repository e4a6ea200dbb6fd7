import type { FullDate } from './dates.js';
import { permitNumberField } from './data-groups.js';
import { bytesOf, decodeMap, fullDate, mapOf, pattern, text, time, uintBetween, type Fields } from './fields.js';
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

export interface ServiceSlot {
  readonly receipt: string;
  readonly state: string;
  readonly asOf: FullDate;
}

export interface Services extends Binding {
  /** department number → its slot */
  readonly slots: ReadonlyMap<number, ServiceSlot>;
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
    if (endorsement.goodUntil < endorsement.endorsedOn) throw new PayloadError('out-of-range', 'Endorsement.6');
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

const slot = mapOf<ServiceSlot>((map) => ({ receipt: map.required(1, text(40)), state: map.required(2, text(40)), asOf: map.required(3, fullDate) }));

const slots = (value: unknown, where: string): ReadonlyMap<number, ServiceSlot> => {
  if (!(value instanceof Map)) throw new PayloadError('not-a-map', where);
  return new Map([...(value as Map<unknown, unknown>)].map(([key, each]) => [uintBetween(0, 0xffff)(key, where), slot(each, `${where}.slot`)]));
};

/** Throws PayloadError. */
export const decodeServices = (bytes: Uint8Array): Services =>
  decodeMap(bytes, 'Services', (map) => ({ ...binding(map), slots: map.required(5, slots) }));

export const encodeServices = (services: Services): Uint8Array => {
  const encodedSlots = [...services.slots].map(([key, each]): [number, unknown] => [
    key,
    labelled([
      [1, each.receipt],
      [2, each.state],
      [3, dateTag(each.asOf)],
    ]),
  ]);
  return encodeChecked(labelled([...bindingLabels(services), [5, new Map(encodedSlots)]]), decodeServices);
};
