const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Crockford base 32 without check symbol, most significant bits first; the last symbol is filled up with zero bits. */
export const crockford = (bytes: Uint8Array): string => {
  let text = '';
  let value = 0;
  let bits = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(value >> bits) & 31] ?? '';
    }
  }
  return bits > 0 ? text + (alphabet[(value << (5 - bits)) & 31] ?? '') : text;
};

/** Groups of four, for a person to read out and type (sync.md 1). */
export const inGroups = (text: string): string => (text.match(/.{1,4}/gu) ?? []).join('-');
