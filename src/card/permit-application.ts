import { parseChipStatus, statusLimit, statusTag, type ChipStatus } from './chip-status.js';
import { answerError, statusError } from './errors.js';
import { files, permitAid, recordFiles, type FileName } from './files.js';
import type { CardSession } from './session.js';
import { concat, encodeTlv, equal, parseFci, parseTlv, type CommandApdu, type Fci, type ResponseApdu, type Tlv } from '../iso7816/index.js';

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

/** Tag and length of a data object below 64 KB. */
const objectHead = 4;
const openedFiles = ['holder', 'residence', 'services'] as const;
/** READ BINARY of the current EF has 15 bits of offset (ISO/IEC 7816-4 11.3.3). */
const greatestOffset = 0x7fff;

/** Room of these files, and of the Status object with them, in one answer. */
const roomOf = (names: readonly FileName[], withStatus = false): number =>
  names.reduce((sum, name) => sum + files[name].limit + objectHead, withStatus ? statusLimit + objectHead : 0);

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

  /**
   * One object that MAY be larger than one answer holds: READ BINARY by SFI, in the largest steps card and reader carry. Throws CARD_STATUS for a refusal and
   * CARD_ANSWER_INVALID when the file has no end within its limit.
   */
  async readFile(name: FileName): Promise<Uint8Array> {
    const { fid, limit } = files[name];
    const step = Math.min(this.session.answerCapacity, greatestOffset);
    let whole: Uint8Array = new Uint8Array();
    let command: CommandApdu = { cla: 0x00, ins: 0xb0, p1: 0x80 | (fid & 0x1f), p2: 0x00, ne: step };
    for (let offset = 0; offset < limit; offset = whole.length - 1) {
      if (offset > 0) command = { cla: 0x00, ins: 0xb0, p1: offset >> 8, p2: offset & 0xff, ne: step };
      const { data, sw } = await this.session.send(command);
      if (sw !== 0x9000 && sw !== 0x6282) throw statusError('READ BINARY', sw);
      if (data.length > step || (offset > 0 && data.length === 0)) throw answerError('READ BINARY');
      // Each step reads the last byte again: none begins at the very end, where 6B00 would end secure messaging.
      whole = concat(whole.slice(0, offset), data);
      if (whole.length > limit) break;
      if (sw === 0x6282 || data.length < step) return whole;
    }
    throw answerError(`READ BINARY: ${name} is too long`);
  }

  /**
   * Whole files in as few exchanges as card and reader carry: what fits one answer together by GET DATA, a longer one by {@link readFile}.
   * Needs secure messaging in force for the files that are read under it only.
   */
  async readFiles<Name extends FileName>(...names: readonly Name[]): Promise<Record<Name, Uint8Array>> {
    return (await this.#read(names, false)).contents;
  }

  /** As {@link readFiles} under secure messaging, with the Status object in the last of the exchanges, or behind it where it does not fit. */
  async readFilesWithStatus<Name extends FileName>(...names: readonly Name[]): Promise<{ readonly contents: Record<Name, Uint8Array>; readonly status: ChipStatus }> {
    const { contents, status } = await this.#read(names, true);
    return { contents, status: parseChipStatus(status) };
  }

  async #read<Name extends FileName>(names: readonly Name[], withStatus: boolean): Promise<{ readonly contents: Record<Name, Uint8Array>; readonly status: Uint8Array }> {
    const room = Math.max(this.session.answerCapacity, this.session.secured ? 0 : this.session.greatestNe);
    const contents: Partial<Record<Name, Uint8Array>> = {};
    let group: Name[] = [];
    const flush = async (): Promise<void> => {
      if (group.length > 0) Object.assign(contents, contentsOf(group, await this.getData(...tagsOf(group))));
      group = [];
    };
    for (const name of names) {
      if (roomOf([name]) > room) contents[name] = await this.readFile(name);
      else {
        if (roomOf([...group, name]) > room) await flush();
        group.push(name);
      }
    }
    if (!withStatus) {
      await flush();
      return { contents: contents as Record<Name, Uint8Array>, status: new Uint8Array(0) };
    }
    if (roomOf(group, true) > room) await flush();
    const last = await this.getData(...tagsOf(group), statusTag);
    Object.assign(contents, contentsOf(group, last));
    return { contents: contents as Record<Name, Uint8Array>, status: last.get(statusTag) ?? new Uint8Array(0) };
  }

  /** What `inspect` opens but the photo, in one exchange where the chip has told so few slots of Services that it carries them, else as {@link readFiles}. */
  async readOpened(slots: number): Promise<Record<(typeof openedFiles)[number], Uint8Array>> {
    const services = slots * (recordFiles.services.length + objectHead) + objectHead;
    if (roomOf(['holder', 'residence']) + services > this.session.answerCapacity) return this.readFiles(...openedFiles);
    return contentsOf(openedFiles, await this.getData(...tagsOf(openedFiles)));
  }

  /** As {@link readFiles} where one exchange carries all of it. Undefined where it takes more. */
  readTogether<Name extends FileName>(...names: readonly Name[]): Together<Name> | undefined {
    if (roomOf(names) > this.session.answerCapacity) return undefined;
    return together(names, this.session.send(getDataCommand(tagsOf(names), this.session.greatestNe)));
  }

  /** Whether one answer under the channel in force carries this file and the Status object. */
  carriesWithStatus(name: FileName): boolean {
    return roomOf([name], true) <= this.session.answerCapacity;
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
  const contents = answer.then((response) => contentsOf(names, objectsOf(tagsOf(names), response)));
  // Met where it is awaited, and of no interest when SELECT told that there is nothing to read.
  contents.catch(() => undefined);
  return { answer, contents };
}

/** Throws CARD_ANSWER_INVALID for a content that no file of the application has room for. */
function contentsOf<Name extends FileName>(names: readonly Name[], objects: ReadonlyMap<number, Uint8Array>): Record<Name, Uint8Array> {
  const entries = names.map((name) => [name, objects.get(files[name].tag) ?? new Uint8Array(0)] as const);
  for (const [name, content] of entries) if (content.length > files[name].limit) throw answerError(`GET DATA: ${name} is too long`);
  return Object.fromEntries(entries) as Record<Name, Uint8Array>;
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
