import { parseTlv, type Tlv, TlvError } from '../iso7816/index.js';
import { bytesNumber } from './aes.js';
import { parseCertificate } from './cv-certificate.js';
import { DIGITS } from './holder-secrets.js';
import type { Issued } from './issued.js';
import type { Activation } from './memory.js';
import { RESIDENCE_LIMIT } from './memory-map.js';
import type { TrustPoint } from './trust-points.js';

interface StreamFile {
  readonly fid: number;
  readonly limit: number;
  readonly mayBeEmpty: boolean;
}

/** The files of the stream in their order, with the limits of firmware-specs/permit-application.md 2. */
const FILES: readonly StreamFile[] = [
  { fid: 0x011c, limit: 256, mayBeEmpty: false },
  { fid: 0x0102, limit: 256, mayBeEmpty: false },
  { fid: 0x0103, limit: 640, mayBeEmpty: false },
  { fid: 0x0104, limit: 10_304, mayBeEmpty: false },
  { fid: 0x0105, limit: RESIDENCE_LIMIT, mayBeEmpty: true },
  { fid: 0x0108, limit: 1536, mayBeEmpty: false },
];

/** Parses a whole personalisation stream (firmware-specs/personalisation.md 4) into what ACTIVATE commits, or the status that refuses it. */
export function parseStream(stream: Uint8Array): Activation | 0x6a80 | 0x6a84 {
  try {
    const objects = parseTlv(stream, { strict: true });
    if (objects.length !== FILES.length + 1) return 0x6a80;
    const files: [number, number][] = [];
    let at = 0;
    let tooLarge = false;
    for (const [i, file] of FILES.entries()) {
      const content = fileContent(objects[i], file);
      if (content === undefined) return 0x6a80;
      const end = at + encodedLength(1, objects[i]?.value.length ?? 0);
      files.push([end - content.length, content.length]);
      tooLarge ||= content.length > file.limit;
      at = end;
    }
    const last = parseLast(objects[FILES.length]);
    if (last === undefined) return 0x6a80;
    if (tooLarge) return 0x6a84;
    const { counters, cardDate, can, canOffset, trustPoint } = last;
    const issued = { files, counters, cardDate, residence: { slot: 0, length: 0 }, records: [] };
    return { issued, can, canOffset: stream.length - last.length + canOffset, trustPoint };
  } catch (error) {
    if (error instanceof TlvError) return 0x6a80;
    throw error;
  }
}

/** Bytes of a DER-minimal TLV: the strict parser has made sure that no other form came in. */
const encodedLength = (tagBytes: number, length: number): number =>
  tagBytes + (length < 0x80 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : 4) + length;

function fileContent(object: Tlv | undefined, file: StreamFile): Uint8Array | undefined {
  if (object?.tag !== 0x70) return undefined;
  const [fid, content, ...rest] = parseTlv(object.value, { strict: true });
  if (fid?.tag !== 0x51 || fid.value.length !== 2 || bytesNumber(fid.value) !== file.fid) return undefined;
  if (content?.tag !== 0x53 || rest.length > 0) return undefined;
  return content.value.length === 0 && !file.mayBeEmpty ? undefined : content.value;
}

interface LastObject extends Pick<Issued, 'counters' | 'cardDate'>, Omit<Activation, 'issued'> {
  /** bytes of the value, within which `canOffset` counts */
  readonly length: number;
}

/** `CE`: counters, card date, CAN, certificate of the CVCA, whose form and role are checked and whose signature is not (personalisation.md 4). */
function parseLast(object: Tlv | undefined): LastObject | undefined {
  if (object?.tag !== 0xce) return undefined;
  const parts = parseTlv(object.value, { strict: true });
  const [residence, endorsements, services, date, can, certificate] = parts;
  if (residence?.tag !== 0x90 || endorsements?.tag !== 0x91 || services?.tag !== 0x92 || date?.tag !== 0x93 || can?.tag !== 0x97) return undefined;
  if (certificate?.tag !== 0x7f21 || parts.length !== 6) return undefined;
  if ([residence, endorsements, services].some((counter) => counter.value.length !== 4)) return undefined;
  if (date.value.length !== 3 || date.value.some((byte) => byte >> 4 > 9 || (byte & 15) > 9)) return undefined;
  if (can.value.length !== DIGITS || can.value.some((digit) => digit < 0x30 || digit > 0x39)) return undefined;
  const trustPoint = parseTrustPoint(certificate.value);
  if (trustPoint === undefined) return undefined;
  const counters = { residence: bytesNumber(residence.value), endorsements: bytesNumber(endorsements.value), services: bytesNumber(services.value) };
  const canOffset = [residence, endorsements, services, date].reduce((at, part) => at + encodedLength(1, part.value.length), 0) + 2;
  return { counters, cardDate: date.value.slice(), can: can.value, canOffset, trustPoint, length: object.value.length };
}

function parseTrustPoint(contents: Uint8Array): TrustPoint | undefined {
  const certificate = parseCertificate(contents);
  return certificate?.role === 'cvca' && certificate.hasDomainParameters ? certificate : undefined;
}
