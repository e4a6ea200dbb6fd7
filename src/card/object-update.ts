import { answerError, statusError } from './errors.js';
import { files, parseChipStatus, statusTag, type ChipStatus, type PermitApplication } from './permit-application.js';
import type { CardSession } from './session.js';
import { concat, encodeTlv, type CommandApdu } from '../iso7816/index.js';

/** The files of an issued card that can be written, each under a counter of the chip (permit-application.md 6). */
export type MutableFile = 'residence' | 'endorsements' | 'services';

const uint32 = (n: number): Uint8Array => Uint8Array.of((n >>> 24) & 0xff, (n >>> 16) & 0xff, (n >>> 8) & 0xff, n & 0xff);
/** Tags and lengths of one object and the Status object in one answer. */
const room = (name: MutableFile): number => files[name].limit + 4 + 32;

/**
 * PUT DATA of one signed object under secure messaging: the card has the old object or this one, never a part. `counter` must be greater than the chip's, up to
 * 32 bits. Throws CARD_STATUS when the card refuses; RangeError without secure messaging, where an object would go to whatever chip answers.
 */
export async function putObject(session: CardSession, name: MutableFile, counter: number, object: Uint8Array): Promise<void> {
  if (!session.secured) throw new RangeError('an object is written under secure messaging only');
  const data = encodeTlv(files[name].tag, concat(encodeTlv(0x90, uint32(counter)), encodeTlv(0x53, object)));
  const { sw } = await session.send({ cla: 0x00, ins: 0xdb, p1: 0x3f, p2: 0xff, data });
  if (sw !== 0x9000) throw statusError('PUT DATA', sw);
}

/**
 * What stands in a mutable file now, and the chip's counters under secure messaging: one exchange where an answer carries both. Where it does not, the free
 * Endorsements are read in plain after the counters, and the secure channel has ended.
 */
export async function readObject(application: PermitApplication, name: MutableFile): Promise<{ readonly object: Uint8Array; readonly status: ChipStatus }> {
  const { session } = application;
  const { tag } = files[name];
  if (session.answerCapacity >= room(name)) {
    const both = await application.getData(tag, statusTag);
    return { object: both.get(tag) ?? new Uint8Array(), status: parseChipStatus(both.get(statusTag) ?? new Uint8Array()) };
  }
  const status = await application.chipStatus();
  if (name === 'endorsements') session.endSecure();
  const object = (await application.readFiles(name))[name];
  return { object, status };
}

/** READ RECORD of EF.Endorsements in plain; 1 is the newest. Undefined when the card keeps no such record any more. Ends secure messaging. */
export async function readEndorsement(session: CardSession, record: number): Promise<Uint8Array | undefined> {
  session.endSecure();
  const command: CommandApdu = { cla: 0x00, ins: 0xb2, p1: record, p2: ((files.endorsements.fid & 0x1f) << 3) | 0x04, ne: session.greatestNe };
  const { data, sw } = await session.send(command);
  if (sw === 0x6a83) return undefined;
  if (sw !== 0x9000) throw statusError('READ RECORD', sw);
  if (data.length > files.endorsements.limit) throw answerError('READ RECORD');
  return data;
}
