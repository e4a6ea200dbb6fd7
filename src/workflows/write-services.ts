import { everyDepartment, recordFiles } from '../card/index.js';
import { done, failed, type Outcome } from '../contract/index.js';
import { dateInChina, decodeServiceSlot, encodeServiceSlot, isFullDate, parseSigned, permitTyp, verifyServiceSlot, type ServiceSlot } from '../permit/index.js';
import type { CardUpdate, UpdateContext } from './ports.js';
import { updateCard, type Updated } from './update-card.js';
import { entitledTo } from './update-target.js';

export type ServiceWrite = Pick<ServiceSlot, 'department' | 'receipt' | 'state' | 'asOf'>;

const longest = 40;

/**
 * Writes the slot of one department; the others stay as they are. It captures no record: what the slot shows is the answer to an application for a service, and that
 * application is captured where it is taken in, with its receipt number. The journal alone is needed here, so that a torn write ends. A permit whose use is suspended, by
 * decision or by a missed endorsement, gets nothing written. ACCESS_RIGHT_MISSING: also a department that this terminal's certificate does not name.
 */
export async function writeService(ctx: UpdateContext, write: ServiceWrite): Promise<Outcome<Updated>> {
  const checked = checkSlot(write, dateInChina(ctx.clock.now()));
  if (!checked.ok) return checked;
  const slot = checked.value;
  const held = entitledTo(ctx, { file: 'services', department: slot.department });
  if (!held.ok) return held;
  return updateCard<ServiceSlot>(ctx, {
    target: 'services',
    typ: permitTyp.serviceSlot,
    evenIfOverdue: false,
    same: (update) => sameSlot(update, slot),
    decide: ({ departments }, binding) => (departments.includes(slot.department) || departments.length < recordFiles.services.count ? done({ ...binding, ...slot }) : failed('SERVICE_SLOTS_FULL')),
    encode: encodeServiceSlot,
    verify: verifyServiceSlot,
  });
}

function checkSlot({ department, receipt, state, asOf }: ServiceWrite, today: string): Outcome<ServiceWrite> {
  if (!Number.isInteger(department) || department < 1 || department >= everyDepartment) return failed('INPUT_INVALID', 'department');
  for (const [field, text] of Object.entries({ receipt, state })) {
    if (text.length < 1 || text.length > longest) return failed('INPUT_INVALID', field);
  }
  return isFullDate(asOf) && asOf <= today ? done({ department, receipt, state, asOf }) : failed('DATE_IMPOSSIBLE', 'asOf');
}

function sameSlot({ target, object }: CardUpdate, wanted: ServiceWrite): boolean {
  if (target !== 'services') return false;
  const begun = decodeServiceSlot(parseSigned(object, permitTyp.serviceSlot).payload);
  return (['department', 'receipt', 'state', 'asOf'] as const).every((field) => begun[field] === wanted[field]);
}
