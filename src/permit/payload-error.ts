/** Why a payload was refused: stable, and without contents. */
export type PayloadReason =
  | 'not-deterministic-cbor'
  | 'not-a-map'
  | 'unknown-label'
  | 'missing-label'
  | 'wrong-type'
  | 'out-of-range'
  | 'not-cose-sign1'
  | 'wrong-typ';

/** Bytes that are not the object `payload.cddl` describes. `where` is the object and the path of labels, e.g. `Permit.4`. */
export class PayloadError extends Error {
  override readonly name = 'PayloadError';
  constructor(
    readonly reason: PayloadReason,
    readonly where: string,
    options?: ErrorOptions,
  ) {
    super(`${where}: ${reason}`, options);
  }
}
