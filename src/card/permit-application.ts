import { CardError, answerError, statusError } from './errors.js';
import { slotCounters } from './service-slots.js';
import type { CardSession } from './session.js';
import { concat, encodeTlv, equal, fromHex, parseFci, parseTlv, type CommandApdu, type Fci, type ResponseApdu, type Tlv } from '../iso7816/index.js';

/** AID of the residence permit application (permit-application.md 1). */
export const permitAid = Uint8Array.of(0xf0, 0x57, 0x5a, 0x52, 0x50, 0x01);

/** Files of the application (permit-application.md 2): FID, data object tag (`C0 + SFI`) and greatest length in bytes. */
export const files = {
  cardAccess: { fid: 0x011c, tag: 0xdc, limit: 256 },
  version: { fid: 0x0101, tag: 0xc1, limit: 32 },
  permit: { fid: 0x0102, tag: 0xc2, limit: 256 },
  holder: { fid: 0x0103, tag: 0xc3, limit: 640 },
  photo: { fid: 0x0104, tag: 0xc4, limit: 10_304 },
  residence: { fid: 0x0105, tag: 0xc5, limit: 1_024 },
  endorsements: { fid: 0x0106, tag: 0xc6, limit: 640 },
  services: { fid: 0x0107, tag: 0xc7, limit: 1_024 },
  sod: { fid: 0x0108, tag: 0xc8, limit: 1_536 },
} as const;
/** Contents of EF.CardAccess in profile 0, the same for every card (permit-application.md 2). */
export const cardAccess = fromHex('060a04007f0007020203020280010c840101');
export type FileName = keyof typeof files;
/** The computed Status object (permit-application.md 6). */
export const statusTag = 0xc9;

export type LifeCycle = 'blank' | 'void' | 'activated' | 'terminated';
const lifeCycles: ReadonlyMap<number, LifeCycle> = new Map([
  [0x01, 'blank'],
  [0x03, 'void'],
  [0x05, 'activated'],
  [0x0c, 'terminated'],
]);

/** What SELECT tells. `version` is EF.Version as it stands (its digest is in the SOD). */
export interface SelectedPermit {
  readonly lifeCycle: LifeCycle;
  readonly version: Uint8Array;
  readonly profile: number;
  readonly suite: number;
}

/** Counters and date that the chip itself tells, under secure messaging only. `slots`: department to its slot's counter. `cardDate` is YYYY-MM-DD. */
export interface ChipStatus {
  readonly counters: { readonly residence: number; readonly endorsements: number; readonly services: number; readonly slots: ReadonlyMap<number, number> };
  readonly cardDate: string;
}

/** Tag and length of a data object below 64 KB. */
const objectHead = 4;
/** READ BINARY of the current EF has 15 bits of offset (ISO/IEC 7816-4 11.3.3). */
const greatestOffset = 0x7fff;

const uint = (bytes: Uint8Array): number => bytes.reduce((n, byte) => n * 256 + byte, 0);
const bcd = (byte: number | undefined): string => (byte ?? 0).toString(16).padStart(2, '0');

function tlvOf(command: string, bytes: Uint8Array): Tlv[] {
  try {
    return parseTlv(bytes);
  } catch (cause) {
    throw answerError(command, cause);
  }
}

function fciOf(data: Uint8Array): Fci {
  try {
    return parseFci(data);
  } catch (cause) {
    throw answerError('SELECT', cause);
  }
}

const selectCommand: CommandApdu = { cla: 0x00, ins: 0xa4, p1: 0x04, p2: 0x00, data: permitAid, ne: 256 };
/** Extended Le 0000: as long as the card's own buffer carries; the rest comes by 61xx. */
const greatestLe = 65_536;

/** The permit application once selected: reading, nothing that writes. */
export class PermitApplication {
  private constructor(
    readonly session: CardSession,
    readonly selected: SelectedPermit,
  ) {}

  /**
   * SELECT by AID. Undefined when the card has no such application, whatever status it says so with.
   * Adopts the buffer sizes of the FCI, so that no later command probes.
   */
  static async select(session: CardSession): Promise<PermitApplication | undefined> {
    session.endSecure();
    return PermitApplication.#selected(session, await session.send(selectCommand));
  }

  /**
   * SELECT with one GET DATA of these files behind it, where channel and answer to reset allow it (else `ahead` is undefined): what is free to read of
   * an issued card is on its way before the FCI is looked at. Whoever takes this way awaits `selected` first, then `ahead`, whatever SELECT told.
   */
  static selectAhead<Name extends FileName>(session: CardSession, ...names: readonly Name[]): { readonly selected: Promise<PermitApplication | undefined>; readonly ahead: Together<Name> | undefined } {
    session.endSecure();
    const selecting = session.send(selectCommand);
    const ahead = session.runsAhead ? together(names, session.follow(getDataCommand(tagsOf(names), greatestLe), selecting)) : undefined;
    return { selected: selecting.then((answer) => PermitApplication.#selected(session, answer)), ahead };
  }

  static #selected(session: CardSession, { data, sw }: ResponseApdu): PermitApplication | undefined {
    if (sw !== 0x9000 && sw !== 0x6285) return undefined;
    const fci = fciOf(data);
    if (fci.aid === undefined || !equal(fci.aid, permitAid)) return undefined;
    const lifeCycle = lifeCycles.get(fci.lifeCycle ?? 0);
    const { proprietary: version, maxCommand = 0, maxResponse = 0 } = fci;
    // ISO/IEC 7816-4 12.7.1: a card that carries extended length has buffers of at least one short APDU.
    if (lifeCycle === undefined || version === undefined || maxCommand < 261 || maxResponse < 258) throw answerError('SELECT: FCI');
    const fields = tlvOf('SELECT', version);
    const field = (tag: number): number => fields.find((f) => f.tag === tag)?.value[0] ?? 0;
    session.adopt({ extended: (field(0x83) & 1) === 1, maxCommand, maxResponse });
    return new PermitApplication(session, { lifeCycle, version, profile: field(0x82), suite: field(0x81) });
  }

  /**
   * GET DATA of several objects in one exchange, as a map from tag to contents; an empty EF gives an empty value. Throws CARD_STATUS for a refusal and
   * CARD_ANSWER_INVALID when anything but the asked objects in the asked order comes back.
   */
  async getData(...tags: readonly number[]): Promise<Map<number, Uint8Array>> {
    return objectsOf(tags, await this.session.send(getDataCommand(tags, this.session.greatestNe)));
  }

  /** One object that MAY be larger than one answer holds: READ BINARY by SFI, in the largest steps card and reader carry. */
  async readFile(name: FileName): Promise<Uint8Array> {
    const { fid } = files[name];
    const step = Math.min(this.session.answerCapacity, greatestOffset);
    let whole: Uint8Array = new Uint8Array();
    let command: CommandApdu = { cla: 0x00, ins: 0xb0, p1: 0x80 | (fid & 0x1f), p2: 0x00, ne: step };
    for (let offset = 0; offset <= greatestOffset; offset = whole.length - 1) {
      if (offset > 0) command = { cla: 0x00, ins: 0xb0, p1: offset >> 8, p2: offset & 0xff, ne: step };
      const { data, sw } = await this.session.send(command);
      if (sw !== 0x9000 && sw !== 0x6282) throw statusError('READ BINARY', sw);
      if (data.length > step || (offset > 0 && data.length === 0)) throw answerError('READ BINARY');
      // Each step reads the last byte again: none begins at the very end, where 6B00 would end secure messaging.
      whole = concat(whole.slice(0, offset), data);
      if (sw === 0x6282 || data.length < step) return whole;
    }
    throw answerError('READ BINARY: no end');
  }

  /**
   * Whole files in as few exchanges as card and reader carry: what fits one answer together by GET DATA, a longer one by {@link readFile}.
   * Needs secure messaging in force for the files that are read under it only.
   */
  async readFiles<Name extends FileName>(...names: readonly Name[]): Promise<Record<Name, Uint8Array>> {
    const room = Math.max(this.session.answerCapacity, this.session.secured ? 0 : this.session.greatestNe);
    const contents: Partial<Record<Name, Uint8Array>> = {};
    let group: Name[] = [];
    const length = (list: readonly Name[]): number => list.reduce((sum, name) => sum + files[name].limit + objectHead, 0);
    const flush = async (): Promise<void> => {
      if (group.length === 0) return;
      const objects = await this.getData(...group.map((name) => files[name].tag));
      for (const name of group) contents[name] = objects.get(files[name].tag) ?? new Uint8Array();
      group = [];
    };
    for (const name of names) {
      if (length([name]) > room) contents[name] = await this.readFile(name);
      else {
        if (length([...group, name]) > room) await flush();
        group.push(name);
      }
    }
    await flush();
    return contents as Record<Name, Uint8Array>;
  }

  /** As {@link readFiles} where one exchange carries all of it. Undefined where it takes more. */
  readTogether<Name extends FileName>(...names: readonly Name[]): Together<Name> | undefined {
    const length = names.reduce((sum, name) => sum + files[name].limit + objectHead, 0);
    if (length > this.session.answerCapacity) return undefined;
    return together(names, this.session.send(getDataCommand(tagsOf(names), this.session.greatestNe)));
  }

  /** Status object C9; needs secure messaging. */
  async chipStatus(): Promise<ChipStatus> {
    return parseChipStatus((await this.getData(statusTag)).get(statusTag) ?? new Uint8Array());
  }
}

/** Several files by one exchange: `answer` settles with it, so that a command can follow it. */
export interface Together<Name extends FileName> {
  readonly answer: Promise<ResponseApdu>;
  readonly contents: Promise<Record<Name, Uint8Array>>;
}

const tagsOf = (names: readonly FileName[]): number[] => names.map((name) => files[name].tag);

function together<Name extends FileName>(names: readonly Name[], answer: Promise<ResponseApdu>): Together<Name> {
  const contents = answer.then((response) => {
    const objects = objectsOf(tagsOf(names), response);
    return Object.fromEntries(names.map((name) => [name, objects.get(files[name].tag) ?? new Uint8Array()])) as Record<Name, Uint8Array>;
  });
  // Met where it is awaited, and of no interest when SELECT told that there is nothing to read.
  contents.catch(() => undefined);
  return { answer, contents };
}

function objectsOf(tags: readonly number[], { data, sw }: ResponseApdu): Map<number, Uint8Array> {
  if (sw !== 0x9000) throw statusError('GET DATA', sw);
  const objects = tlvOf('GET DATA', data);
  if (objects.length !== tags.length || objects.some((object, i) => object.tag !== tags[i])) throw answerError('GET DATA: objects');
  return new Map(objects.map((object) => [object.tag, object.value]));
}

const getDataCommand = (tags: readonly number[], ne: number): CommandApdu => ({
  cla: 0x00,
  ins: 0xcb,
  p1: 0x3f,
  p2: 0xff,
  data: encodeTlv(0x5c, Uint8Array.from(tags)),
  ne,
});

/** Contents of DO C9. Throws CARD_ANSWER_INVALID when a counter or the date is missing or misshapen. */
export function parseChipStatus(bytes: Uint8Array): ChipStatus {
  const fields = tlvOf('GET DATA: status', bytes);
  const field = (tag: number, length: number): Uint8Array => {
    const value = fields.find((f) => f.tag === tag)?.value;
    if (value?.length !== length) throw new CardError('CARD_ANSWER_INVALID', 'GET DATA: status');
    return value;
  };
  const slots = slotCounters(fields.find((f) => f.tag === 0x94)?.value ?? new Uint8Array());
  const counters = { residence: uint(field(0x90, 4)), endorsements: uint(field(0x91, 4)), services: uint(field(0x92, 4)), slots };
  const date = field(0x93, 3);
  return { counters, cardDate: `20${bcd(date[0])}-${bcd(date[1])}-${bcd(date[2])}` };
}
