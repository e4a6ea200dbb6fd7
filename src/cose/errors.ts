/** Bytes that are no COSE object or COSE_Key of the profile (payload.md 1). The message names the rule, never contents. */
export class CoseError extends Error {
  override readonly name: string = 'CoseError';
}

/** Bytes that are no CBOR, or not the one deterministic encoding; or a value that has none. */
export class CborError extends CoseError {
  override readonly name = 'CborError';
}
