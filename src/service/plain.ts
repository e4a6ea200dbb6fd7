/** CBOR gives maps back; the contract's shapes are objects. */
export const plain = (value: unknown): unknown => {
  if (value instanceof Map) return Object.fromEntries([...(value as Map<unknown, unknown>)].map(([key, each]) => [String(key), plain(each)]));
  return Array.isArray(value) ? value.map(plain) : value;
};
