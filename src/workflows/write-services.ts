import { done, failed, type Outcome } from '../contract/index.js';
import { dateInChina, decodeServices, encodeServices, isFullDate, parseSigned, permitTyp, verifyServices, type ServiceSlot, type Services } from '../permit/index.js';
import type { CardUpdate, UpdateContext } from './ports.js';
import { updateCard, type Updated } from './update-card.js';

export interface ServiceWrite extends ServiceSlot {
  /** Number of the department whose slot it is, 16 bits. */
  readonly department: number;
}

const longest = 40;

/**
 * Writes one department's slot of the Services object; the other slots stay as they are. It captures no record: what the slot shows is the answer to an
 * application for a service, and that application is captured where it is taken in, with its receipt number. The journal alone is needed here,
 * so that a torn write ends. A permit whose use is suspended, by decision or by a missed endorsement, gets nothing written.
 */
export async function writeService(ctx: UpdateContext, { department, receipt, state, asOf }: ServiceWrite): Promise<Outcome<Updated>> {
  const checked = checkSlot({ department, receipt, state, asOf }, dateInChina(ctx.clock.now()));
  if (!checked.ok) return checked;
  const slot = checked.value;
  return updateCard<Services>(ctx, {
    target: 'services',
    typ: permitTyp.services,
    held: ['services'],
    evenIfOverdue: false,
    same: (update) => sameSlot(update, department, slot),
    decide: ({ slots }, binding) => done({ ...binding, slots: new Map([...(slots ?? []), [department, slot]]) }),
    encode: encodeServices,
    verify: verifyServices,
  });
}

function checkSlot({ department, receipt, state, asOf }: ServiceWrite, today: string): Outcome<ServiceSlot> {
  if (!Number.isInteger(department) || department < 0 || department > 0xffff) return failed('INPUT_INVALID', 'department');
  for (const [field, text] of Object.entries({ receipt, state })) {
    if (text.length < 1 || text.length > longest) return failed('INPUT_INVALID', field);
  }
  return isFullDate(asOf) && asOf <= today ? done({ receipt, state, asOf }) : failed('DATE_IMPOSSIBLE', 'asOf');
}

function sameSlot({ target, object }: CardUpdate, department: number, wanted: ServiceSlot): boolean {
  if (target !== 'services') return false;
  const begun = decodeServices(parseSigned(object, permitTyp.services).payload).slots.get(department);
  return begun !== undefined && (['receipt', 'state', 'asOf'] as const).every((field) => begun[field] === wanted[field]);
}
