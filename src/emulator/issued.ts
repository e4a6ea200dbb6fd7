import { bytesNumber, numberBytes } from './aes.js';

/** Where the stream's files lie, the counters and which places are valid: what ACTIVATE and PUT DATA flip. Residence 0 is the stream's own content. */
export interface Issued {
  /** offset and length in the stream: CardAccess, Permit, Holder, Photo, Residence, SOD */
  readonly files: readonly (readonly [offset: number, length: number])[];
  readonly counters: { readonly residence: number; readonly endorsements: number; readonly services: number };
  /** YYMMDD in BCD */
  readonly cardDate: Uint8Array;
  readonly residence: { readonly slot: number; readonly length: number };
  /** newest first: physical place and length */
  readonly records: readonly { readonly slot: number; readonly length: number }[];
}

/** Where single fields lie in the page, for changes that need no whole page. */
export const ISSUED_FIELD = { servicesCounter: 32, cardDate: 36 } as const;
export const ISSUED_PAGE = 128;

export function readIssued(page: Uint8Array): Issued {
  const u16 = (at: number): number => bytesNumber(page.slice(at, at + 2));
  const u32 = (at: number): number => bytesNumber(page.slice(at, at + 4));
  return {
    files: [0, 1, 2, 3, 4, 5].map((i) => [u16(4 * i), u16(4 * i + 2)] as const),
    counters: { residence: u32(24), endorsements: u32(28), services: u32(ISSUED_FIELD.servicesCounter) },
    cardDate: page.slice(ISSUED_FIELD.cardDate, ISSUED_FIELD.cardDate + 3),
    residence: { slot: page[39] ?? 0, length: u16(40) },
    records: Array.from({ length: page[42] ?? 0 }, (_, i) => ({ slot: page[43 + 3 * i] ?? 0, length: u16(44 + 3 * i) })),
  };
}

export function issuedPage(issued: Issued): Uint8Array {
  const page = new Uint8Array(ISSUED_PAGE);
  issued.files.forEach(([offset, length], i) => {
    page.set(numberBytes(offset, 2), 4 * i);
    page.set(numberBytes(length, 2), 4 * i + 2);
  });
  page.set(numberBytes(issued.counters.residence, 4), 24);
  page.set(numberBytes(issued.counters.endorsements, 4), 28);
  page.set(numberBytes(issued.counters.services, 4), ISSUED_FIELD.servicesCounter);
  page.set(issued.cardDate, ISSUED_FIELD.cardDate);
  page.set(Uint8Array.of(issued.residence.slot, ...numberBytes(issued.residence.length, 2)), 39);
  page[42] = issued.records.length;
  issued.records.forEach(({ slot, length }, i) => page.set(Uint8Array.of(slot, ...numberBytes(length, 2)), 43 + 3 * i));
  return page;
}
