import { concat, encodeBufferSizes, encodeFci, encodeFcp, encodeTlv, fromHex } from '../iso7816/index.js';
import { numberBytes } from './aes.js';
import { MAX_COMMAND, MAX_RESPONSE } from './apdu.js';
import { isVoid, lifeCycleByte } from './life-cycle.js';
import type { Memory } from './memory.js';
import { LOG_RECORD_LIMIT, LOG_RECORDS, RECORD_LIMIT, RECORDS } from './memory-map.js';
import type { ServiceSlot } from './service-slots.js';
import { OPENS, opensSlot, type Session } from './session.js';

export const PERMIT_AID = fromHex('f0575a525001');
export const BUFFER_SIZES = encodeBufferSizes(MAX_COMMAND, MAX_RESPONSE);

/** Application version 1.0, suite 01, profile 1, capabilities: extended length and key pair 2. */
const VERSION = fromHex('80020100810101820101830103');
const DIRECTORY = encodeTlv(0x61, [encodeTlv(0x4f, PERMIT_AID), encodeTlv(0x50, new TextEncoder().encode('Residence permit'))]);

/** Who may read: anybody, or a session that the condition opens. Factory files answer on a void card too. */
export type ReadAccess = 'factory' | 'free' | ((session: Session) => boolean);

export interface ElementaryFile {
  readonly kind: 'transparent' | 'records';
  readonly fid: number;
  /** 0: none */
  readonly sfi: number;
  readonly access: ReadAccess;
  /** Bytes in the file, empty while the card is void; whoever asks. */
  length(): number;
  /**
   * What READ BINARY gives this reader: a transparent file, or the records it may read as `53 L record` one after the other. Undefined for a
   * file that is read by records alone.
   */
  binary(session: Session | undefined): Uint8Array | undefined;
  /** What the file's DO holds for this reader. */
  object(session: Session | undefined): Uint8Array;
  /** In the order of the file, none in a transparent one; undefined stands for a record that this reader may not read. */
  records(session: Session | undefined): readonly (Uint8Array | undefined)[];
  /** DO 82 (ISO/IEC 7816-4 7.4.5) */
  readonly descriptor: Uint8Array;
}

export interface DedicatedFile {
  readonly kind: 'dedicated';
  readonly fid: number;
  readonly aid?: Uint8Array;
  readonly files: readonly ElementaryFile[];
}

export interface MasterFile extends DedicatedFile {
  readonly fid: 0x3f00;
  readonly applications: readonly DedicatedFile[];
}

const TRANSPARENT = Uint8Array.of(0x01);
/** Linear variable, data coding 41, the longest record in two bytes, how many. */
const recordDescriptor = (limit: number, count: number): Uint8Array => Uint8Array.of(0x04, 0x41, ...numberBytes(limit, 2), count);
const sum = (records: readonly Uint8Array[]): number => records.reduce((length, record) => length + record.length, 0);

const transparent = (fid: number, sfi: number, access: ReadAccess, content: () => Uint8Array): ElementaryFile => ({
  kind: 'transparent', fid, sfi, access, length: () => content().length, binary: content, object: content, records: () => [], descriptor: TRANSPARENT,
});

interface RecordFile {
  readonly fid: number;
  readonly access: ReadAccess;
  readonly limit: number;
  readonly count: number;
  readonly all: () => readonly Uint8Array[];
  /** `all()` with what this reader may not read left undefined. */
  readonly readable: (session: Session | undefined) => readonly (Uint8Array | undefined)[];
}

/** A file whose object is all its records. */
function joinedRecords({ fid, access, limit, count, all, readable }: RecordFile): ElementaryFile {
  const joined = (session: Session | undefined): Uint8Array =>
    concat(...readable(session).flatMap((record) => (record === undefined ? [] : [encodeTlv(0x53, record)])));
  const descriptor = recordDescriptor(limit, count);
  return { kind: 'records', fid, sfi: fid & 0x1f, access, length: () => sum(all()), binary: joined, object: joined, records: readable, descriptor };
}

/** EF.Endorsements: its object is the newest record. */
const endorsements = (all: () => readonly Uint8Array[]): ElementaryFile => ({
  kind: 'records', fid: 0x0106, sfi: 0x06, access: 'free',
  length: () => sum(all()),
  binary: () => undefined,
  object: () => all()[0] ?? new Uint8Array(),
  records: all,
  descriptor: recordDescriptor(RECORD_LIMIT, RECORDS),
});

/** The file tree of firmware-specs/permit-application.md 1 and 2 over the card's memory. */
export function fileTree(memory: Memory): MasterFile {
  const voided = (): boolean => isVoid(memory.store.lifeCycle);
  const whenIssued = (read: () => Uint8Array) => (): Uint8Array => (voided() ? new Uint8Array() : read());
  const fromStream = (fid: number, index: number, access: ReadAccess): ElementaryFile =>
    transparent(fid, fid & 0x1f, access, whenIssued(() => memory.streamFile(index)));
  const slots = (): readonly ServiceSlot[] => (voided() ? [] : memory.slots.list());
  const log = (): Uint8Array[] => (voided() ? [] : memory.log.records());
  return {
    kind: 'dedicated',
    fid: 0x3f00,
    files: [transparent(0x2f00, 0, 'factory', () => DIRECTORY), transparent(0x2f01, 0, 'factory', () => BUFFER_SIZES)],
    applications: [
      {
        kind: 'dedicated',
        fid: 0x0f01,
        aid: PERMIT_AID,
        files: [
          fromStream(0x011c, 0, 'free'),
          transparent(0x0101, 0x01, 'factory', () => VERSION),
          fromStream(0x0102, 1, 'free'),
          fromStream(0x0103, 2, OPENS.holder),
          fromStream(0x0104, 3, OPENS.holder),
          transparent(0x0105, 0x05, OPENS.residence, whenIssued(() => memory.residence())),
          endorsements(() => (voided() ? [] : memory.records())),
          joinedRecords({
            fid: 0x0107, access: OPENS.services, limit: RECORD_LIMIT, count: RECORDS,
            all: () => slots().map((slot) => memory.slots.object(slot)),
            readable: (session) =>
              slots().map((slot) => (session !== undefined && opensSlot(session, slot.department) ? memory.slots.object(slot) : undefined)),
          }),
          fromStream(0x0108, 5, 'free'),
          joinedRecords({ fid: 0x010a, access: OPENS.accessLog, limit: LOG_RECORD_LIMIT, count: LOG_RECORDS, all: log, readable: log }),
        ],
      },
    ],
  };
}

/** `6F`: what SELECT of the application answers; it carries the buffer sizes and EF.Version so that no terminal has to probe. */
export const applicationFci = (application: DedicatedFile, memory: Memory): Uint8Array =>
  encodeFci({
    aid: application.aid,
    lifeCycle: lifeCycleByte(memory.store.lifeCycle),
    maxCommand: MAX_COMMAND,
    maxResponse: MAX_RESPONSE,
    proprietary: VERSION,
  });

/** `62` (ISO/IEC 7816-4 7.4.3). */
export function fcp(file: DedicatedFile | ElementaryFile, memory: Memory): Uint8Array {
  const common = { fileId: file.fid, lifeCycle: lifeCycleByte(memory.store.lifeCycle) };
  return file.kind === 'dedicated'
    ? encodeFcp({ ...common, descriptor: Uint8Array.of(0x38), aid: file.aid })
    : encodeFcp({ ...common, ...shortIdentifier(file), descriptor: file.descriptor, length: file.length() });
}

const shortIdentifier = (file: ElementaryFile): { sfi?: number } => (file.sfi === 0 ? {} : { sfi: file.sfi });
