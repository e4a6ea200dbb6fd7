import { done, failed, type Outcome } from '../contract/index.js';
import { dateInChina, decodeServiceSlot, encodeServiceSlot, isFullDate, parseSigned, permitTyp, verifyServiceSlot, type Binding, type ServiceSlot } from '../permit/index.js';
import type { CardUpdate, UpdateContext } from './ports.js';
import { updateCard, type Updated } from './update-card.js';

/** What a department's slot is to show. */
export type ServiceWrite = Omit<ServiceSlot, keyof Binding>;

const longest = 40;

/**
 * Writes one department's slot of EF.Services; the other slots stay as they are. It captures no record: what the slot shows is the answer to an
 * application for a service, and that application is captured where it is taken in, with its receipt number. The journal alone is needed here,
 * so that a torn write ends. A permit whose use is suspended, by decision or by a missed endorsement, gets nothing written.
 */
export async function writeService(ctx: UpdateContext, { department, receipt, state, asOf }: ServiceWrite): Promise<Outcome<Updated>> {
  const checked = checkSlot({ department, receipt, state, asOf }, dateInChina(ctx.clock.now()));
  if (!checked.ok) return checked;
  const slot = checked.value;
  return updateCard<ServiceSlot>(ctx, {
    target: 'services',
    typ: permitTyp.serviceSlot,
    held: [],
    evenIfOverdue: false,
    same: (update) => sameSlot(update, slot),
    decide: (_present, binding) => done({ ...binding, ...slot }),
    encode: encodeServiceSlot,
    verify: verifyServiceSlot,
  });
}

function checkSlot({ department, receipt, state, asOf }: ServiceWrite, today: string): Outcome<ServiceWrite> {
  if (!Number.isInteger(department) || department < 1 || department > 0xfffe) return failed('INPUT_INVALID', 'department');
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
