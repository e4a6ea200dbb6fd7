/** Why bytes are no certificate or request of our profile. Stable: tests and logs name them. */
export const cvcReasons = [
  /** More than {@link maxCertificateBytes}. */
  'length',
  /** Not DER: a length that is not the shortest, padding, a value cut short. */
  'der',
  /** A data object is missing, there twice, out of its place, or one that the profile does not have. */
  'structure',
  /** 5F29 is not 0. */
  'profile-identifier',
  /** CAR or CHR is not country, mnemonic and sequence. */
  'reference',
  /** Not id-TA-ECDSA-SHA-256. */
  'algorithm',
  /** They are not P-256's, stand in a certificate that is not a CVCA's, or lack in a CVCA's or in a request. */
  'domain-parameters',
  /** Not an uncompressed point of the curve. */
  'point',
  /** Not id-AT. */
  'terminal-type',
  /** The rights are not five bytes. */
  'authorization',
  /** Not six decimal digits of a day that exists. */
  'date',
  /** It expires before it is effective. */
  'validity',
  /** In a certificate that is not a terminal's, or not id-departments. */
  'extension',
  /** Not whole numbers of 16 bits, or more than {@link maxDepartments}. */
  'departments',
  /** Not 64 bytes; of a request also: not made with the key that it holds. */
  'signature',
] as const;
export type CvcReason = (typeof cvcReasons)[number];

/** Bytes that are no certificate or request of our profile, or a body that cannot become one. The message holds no contents. */
export class CvcError extends Error {
  override readonly name = 'CvcError';
  constructor(
    readonly reason: CvcReason,
    what: string,
    options?: ErrorOptions,
  ) {
    super(`${reason}: ${what}`, options);
  }
}
