/** Bytes of the whole non-volatile memory of the reference card. */
export const MEMORY_SIZE = 0xa000;
export const STREAM_LIMIT = 14_336;
export const RESIDENCE_LIMIT = 1024;
/** An endorsement or a slot of Services. */
export const RECORD_LIMIT = 640;
export const RECORDS = 12;
/** One more than is visible: the free one is written before the flip, so what is replaced survives a cut. */
export const RECORD_PLACES = RECORDS + 1;
export const LOG_RECORD_LIMIT = 32;
export const LOG_RECORDS = 32;

/** Memory map: what changes together lies in one page of 128 bytes; large areas follow. Addresses are a matter of this card alone. */
export const AT = {
  serial: 0x0000,
  keys: 0x0080,
  scp03: 0x0100,
  store: 0x0180,
  chipKeys: [0x0200, 0x0280],
  issued: 0x0300,
  holder: 0x0380,
  journalHeader: 0x0400,
  journalData: 0x0480,
  slots: 0x0c80,
  trustPoints: [0x0d00, 0x0d80],
  stream: 0x1000,
  residence: [0x4800, 0x4c00],
  records: 0x5000,
  slotObjects: 0x7080,
  log: 0x9100,
} as const;
export const JOURNAL_CAPACITY = 0x0800;
