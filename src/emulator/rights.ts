/** The rights of a terminal as bits, in the order of the access log (firmware-specs/access.md 4). */
export const RIGHT = { inspect: 0x01, kiosk: 0x02, endorse: 0x04, service: 0x08, manage: 0x10 } as const;

/** Which bit of a CHAT, bit 0 the last of its 40, gives which right (firmware-specs/terminal-authentication.md 1.1). */
const CHAT_BITS: readonly (readonly [bit: number, right: number])[] = [
  [35, RIGHT.endorse],
  [33, RIGHT.service],
  [26, RIGHT.kiosk],
  [5, RIGHT.manage],
  [4, RIGHT.inspect],
];

/** `chat` is 5 bytes; bits that are not ours are ignored. */
export function rightsOf(chat: Uint8Array): number {
  const isSet = (bit: number): boolean => (((chat[4 - (bit >> 3)] ?? 0) >> (bit & 7)) & 1) === 1;
  return CHAT_BITS.reduce((rights, [bit, right]) => (isSet(bit) ? rights | right : rights), 0);
}

export type Role = 'cvca' | 'domestic-dv' | 'foreign-dv' | 'terminal';
const ROLES: readonly Role[] = ['terminal', 'foreign-dv', 'domestic-dv', 'cvca'];

/** Bits 39 and 38. */
export const roleOf = (chat: Uint8Array): Role => ROLES[(chat[0] ?? 0) >> 6] ?? 'terminal';
