import { everyDepartment, type ChipStatus } from './chip-status.js';
import { answerError, statusError } from './errors.js';
import { uint16, uint32 } from './fields.js';
import { files } from './files.js';
import type { PermitApplication } from './permit-application.js';
import { readSlots } from './services.js';
import type { CardSession } from './session.js';
import { concat, encodeTlv, type CommandApdu } from '../iso7816/index.js';

/** What of an issued card can be written, each under a counter of the chip (permit-application.md 6); of Services one slot. */
export type UpdateTarget = { readonly file: 'residence' | 'endorsements' } | { readonly file: 'services'; readonly department: number };
export type MutableFile = UpdateTarget['file'];

/** 1 to FFFE: FFFF stands for every department, and none has it. */
function departmentBytes(department: number): Uint8Array {
  if (department === 0 || department === everyDepartment) throw new RangeError(`no department: ${department}`);
  return uint16(department);
}

/**
 * PUT DATA of one signed object under secure messaging: the card has the old object or this one, never a part. `counter` must be the chip's plus one, up to
 * 32 bits. Throws CARD_STATUS when the card refuses (6985: another counter; 6982: no right, or another department; 6A84: no room, or a thirteenth
 * department); RangeError for numbers that do not fit, and without secure messaging, where an object would go to whatever chip answers.
 */
export async function putObject(session: CardSession, target: UpdateTarget, counter: number, object: Uint8Array): Promise<void> {
  if (!session.secured) throw new RangeError('an object is written under secure messaging only');
  const department = target.file === 'services' ? encodeTlv(0x91, departmentBytes(target.department)) : new Uint8Array(0);
  const data = encodeTlv(files[target.file].tag, concat(department, encodeTlv(0x90, uint32(counter)), encodeTlv(0x53, object)));
  const { sw } = await session.send({ cla: 0x00, ins: 0xdb, p1: 0x3f, p2: 0xff, data });
  if (sw !== 0x9000) throw statusError('PUT DATA', sw);
}

/**
 * What stands in a target now (empty: nothing), and the chip's status under secure messaging: one exchange where an answer carries both, for Services one more.
 * Where it does not, the free Endorsements are read in plain after the status, and the secure channel has ended. `entitled`: see {@link readSlots}; the
 * departments of the terminal's certificate where they are more than the target's.
 */
export async function readObject(
  application: PermitApplication,
  target: UpdateTarget,
  entitled?: readonly number[],
): Promise<{ readonly object: Uint8Array; readonly status: ChipStatus }> {
  const { session } = application;
  if (target.file === 'services') {
    const { slots, status } = await readSlots(application, entitled ?? [target.department]);
    return { object: slots.get(target.department) ?? new Uint8Array(0), status };
  }
  const { file } = target;
  if (file === 'endorsements' && !application.carriesWithStatus(file)) {
    const status = await application.chipStatus();
    session.endSecure();
    return { object: (await application.readFiles(file))[file], status };
  }
  const { contents, status } = await application.readFilesWithStatus(file);
  return { object: contents[file], status };
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
