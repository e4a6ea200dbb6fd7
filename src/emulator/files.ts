import { encodeBufferSizes, encodeFci, encodeFcp, encodeTlv, fromHex } from '../iso7816/index.js';
import { numberBytes } from './aes.js';
import { MAX_COMMAND, MAX_RESPONSE } from './apdu.js';
import { isVoid, lifeCycleByte } from './life-cycle.js';
import { type Memory, RECORD_LIMIT, RECORDS } from './memory.js';

export const PERMIT_AID = fromHex('f0575a525001');
export const BUFFER_SIZES = encodeBufferSizes(MAX_COMMAND, MAX_RESPONSE);

/** Application version 1.0, suite 01, profile 0, capabilities: extended length and key pair 2. */
const VERSION = fromHex('80020100810101820100830103');
const DIRECTORY = encodeTlv(0x61, [encodeTlv(0x4f, PERMIT_AID), encodeTlv(0x50, new TextEncoder().encode('Residence permit'))]);

/** Who may read: anybody, or a terminal inside the channel of chip authentication. Factory files answer on a void card too. */
export type ReadAccess = 'factory' | 'free' | 'secured';

export interface ElementaryFile {
  readonly kind: 'transparent' | 'records';
  readonly fid: number;
  /** 0: none */
  readonly sfi: number;
  readonly access: ReadAccess;
  /** The whole content of a transparent file; the newest record of a record file; empty while the card is void. */
  content(): Uint8Array;
  /** Newest first; none in a transparent file. */
  records(): Uint8Array[];
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

/** The file tree of firmware-specs/permit-application.md 1 and 2 over the card's memory. */
export function fileTree(memory: Memory): MasterFile {
  const whenIssued = (read: () => Uint8Array) => (): Uint8Array => (isVoid(memory.store.lifeCycle) ? new Uint8Array() : read());
  const transparent = (fid: number, sfi: number, access: ReadAccess, content: () => Uint8Array): ElementaryFile => ({
    kind: 'transparent', fid, sfi, access, content, records: () => [],
  });
  const records = (): Uint8Array[] => (isVoid(memory.store.lifeCycle) ? [] : memory.records());
  const fromStream = (fid: number, index: number, access: ReadAccess): ElementaryFile =>
    transparent(fid, fid & 0x1f, access, whenIssued(() => memory.streamFile(index)));
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
          fromStream(0x0103, 2, 'secured'),
          fromStream(0x0104, 3, 'secured'),
          transparent(0x0105, 0x05, 'secured', whenIssued(() => memory.residence())),
          { kind: 'records', fid: 0x0106, sfi: 0x06, access: 'free', content: () => records()[0] ?? new Uint8Array(), records },
          transparent(0x0107, 0x07, 'secured', whenIssued(() => memory.services())),
          fromStream(0x0108, 5, 'free'),
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
  switch (file.kind) {
    case 'dedicated':
      return encodeFcp({ ...common, descriptor: Uint8Array.of(0x38), aid: file.aid });
    case 'transparent':
      return encodeFcp({ ...common, ...shortIdentifier(file), descriptor: Uint8Array.of(0x01), length: file.content().length });
    case 'records': {
      const descriptor = Uint8Array.of(0x04, 0x41, ...numberBytes(RECORD_LIMIT, 2), RECORDS);
      const length = file.records().reduce((sum, record) => sum + record.length, 0);
      return encodeFcp({ ...common, ...shortIdentifier(file), descriptor, length });
    }
  }
}

const shortIdentifier = (file: ElementaryFile): { sfi?: number } => (file.sfi === 0 ? {} : { sfi: file.sfi });
