import type { FullDate } from './dates.js';
import { findEthnicGroup } from './ethnic-groups.js';
import { bytesBetween, bytesOf, decodeMap, fullDate, oneOf, pattern, text, uint, uintBetween } from './fields.js';
import { dateTag, encodeChecked, labelled } from './labels.js';
import { PayloadError } from './payload-error.js';
import { checkPermitNumber, type PermitKind } from './permit-number.js';
import { photoLimit } from './photo.js';

/** Contents of EF.Permit. */
export interface Permit {
  /** 16 random bytes */
  readonly salt: Uint8Array;
  readonly number: string;
  readonly kind: PermitKind;
  /** as printed */
  readonly authority: string;
  readonly issued: FullDate;
  /** last day of validity; absent: no fixed end (2016 rules) */
  readonly expires?: FullDate;
  readonly statusIndex: number;
}

/** Contents of EF.Holder. */
export interface Holder {
  readonly salt: Uint8Array;
  readonly name: string;
  /** GB/T 2261.1 */
  readonly sex: 0 | 1 | 2 | 9;
  /** GB/T 3304, 97 and 98 included */
  readonly ethnicGroup: number;
  readonly birth: FullDate;
  readonly idNumber: string;
  readonly registeredAddress: string;
}

/** Contents of EF.Photo. */
export interface Photo {
  readonly salt: Uint8Array;
  readonly jpeg: Uint8Array;
}

/** A permit number whose check digit is right. */
export const permitNumberField = (value: unknown, where: string): string => {
  const number = pattern(/^\d{18}$/)(value, where);
  if (!checkPermitNumber(number).ok) throw new PayloadError('out-of-range', where);
  return number;
};

const ethnicGroup = (value: unknown, where: string): number => {
  const code = uintBetween(1, 98)(value, where);
  if (findEthnicGroup(code) === undefined) throw new PayloadError('out-of-range', where);
  return code;
};

/** Also refuses an end before the issue, and a temporary permit without an end (payload.md 3). Throws PayloadError. */
export const decodePermit = (bytes: Uint8Array): Permit =>
  decodeMap(bytes, 'Permit', (map) => {
    const permit: Permit = {
      salt: map.required(0, bytesOf(16)),
      number: map.required(1, permitNumberField),
      kind: map.required(2, oneOf<PermitKind>(1, 2)),
      authority: map.required(3, text(60)),
      issued: map.required(4, fullDate),
      ...map.optional(5, 'expires', fullDate),
      statusIndex: map.required(6, uint),
    };
    if (permit.expires === undefined ? permit.kind === 2 : permit.expires < permit.issued) throw new PayloadError('out-of-range', 'Permit.5');
    return permit;
  });

export const encodePermit = (permit: Permit): Uint8Array =>
  encodeChecked(
    labelled([
      [0, permit.salt],
      [1, permit.number],
      [2, permit.kind],
      [3, permit.authority],
      [4, dateTag(permit.issued)],
      [5, dateTag(permit.expires)],
      [6, permit.statusIndex],
    ]),
    decodePermit,
  );

/** Structure and ranges; the ID number's check character was the counter's to check. Throws PayloadError. */
export const decodeHolder = (bytes: Uint8Array): Holder =>
  decodeMap(bytes, 'Holder', (map) => ({
    salt: map.required(0, bytesOf(16)),
    name: map.required(1, text(50)),
    sex: map.required(2, oneOf<Holder['sex']>(0, 1, 2, 9)),
    ethnicGroup: map.required(3, ethnicGroup),
    birth: map.required(4, fullDate),
    idNumber: map.required(5, pattern(/^\d{17}[\dX]$/)),
    registeredAddress: map.required(6, text(100)),
  }));

export const encodeHolder = (holder: Holder): Uint8Array =>
  encodeChecked(
    labelled([
      [0, holder.salt],
      [1, holder.name],
      [2, holder.sex],
      [3, holder.ethnicGroup],
      [4, dateTag(holder.birth)],
      [5, holder.idNumber],
      [6, holder.registeredAddress],
    ]),
    decodeHolder,
  );

/** The JPEG is bounded, not looked into: `checkPhoto` does that before it is signed. Throws PayloadError. */
export const decodePhoto = (bytes: Uint8Array): Photo =>
  decodeMap(bytes, 'Photo', (map) => ({ salt: map.required(0, bytesOf(16)), jpeg: map.required(1, bytesBetween(1, photoLimit)) }));

export const encodePhoto = (photo: Photo): Uint8Array =>
  encodeChecked(
    labelled([
      [0, photo.salt],
      [1, photo.jpeg],
    ]),
    decodePhoto,
  );
