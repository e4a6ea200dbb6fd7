import { CardError, everyDepartment, type UpdateTarget } from '../card/index.js';
import { done, failed, type Failure, type Outcome } from '../contract/index.js';
import { decodeServiceSlot, parseSigned, permitTyp } from '../permit/index.js';
import type { CardContext, CardUpdate } from './ports.js';
import { denied, entitled, type Opening } from './prove-rights.js';

/** What each target is opened with, and what the card's log says that it is for. */
export const openingOf: Readonly<Record<CardUpdate['target'], Opening>> = {
  endorsements: { right: 'endorse', purpose: 'endorsement' },
  residence: { right: 'endorse', purpose: 'residence' },
  services: { right: 'service', purpose: 'service' },
};

/** The department whose slot a services object is for: it stands in the object. */
const departmentOf = (object: Uint8Array): number => decodeServiceSlot(parseSigned(object, permitTyp.serviceSlot).payload).department;

/** What the chip is told to write. */
export const targetOf = ({ target, object }: Pick<CardUpdate, 'target' | 'object'>): UpdateTarget =>
  target === 'services' ? { file: target, department: departmentOf(object) } : { file: target };

/** The right to write a target, of services its slot. ACCESS_CERTIFICATE_*, ACCESS_RIGHT_MISSING with the right, and for services the department. */
export function entitledTo(ctx: Pick<CardContext, 'access'>, target: UpdateTarget): Outcome<undefined> {
  const { right } = openingOf[target.file];
  const held = entitled(ctx, right);
  if (!held.ok || target.file !== 'services') return held;
  const own = ctx.access.departments();
  return own.includes(target.department) || own.includes(everyDepartment) ? done(undefined) : failed('ACCESS_RIGHT_MISSING', `${right} ${target.department}`);
}

/**
 * What a chip said to PUT DATA under secure messaging when it took nothing and never will from this terminal (permit-application.md 6): ACCESS_RIGHT_MISSING,
 * SERVICE_SLOTS_FULL. Undefined for anything else that went wrong.
 */
export function putRefusal(error: unknown, { file }: UpdateTarget): Failure | undefined {
  // Every object was measured before it was signed: what has no room is a thirteenth department.
  if (file === 'services' && error instanceof CardError && error.sw === 0x6a84) return failed('SERVICE_SLOTS_FULL');
  return denied(error, openingOf[file].right);
}
