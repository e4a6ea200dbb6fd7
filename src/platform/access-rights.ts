import { z } from 'zod';
import { accessRight, accessRights, done, failed, type Outcome } from '../contract/index.js';
import { everyDepartment, maxDepartments } from '../cvc/index.js';
import type { TerminalAccess } from './storage/ports.js';

/** What a terminal needs by where it stands; which mode it runs in is its own matter. */
export const accessOfMode = {
  counter: { rights: ['inspect', 'endorse', 'service', 'manage'], departments: [everyDepartment] },
  kiosk: { rights: ['kiosk', 'endorse', 'service'], departments: [everyDepartment] },
  police: { rights: ['inspect'], departments: [] },
} as const satisfies Readonly<Record<string, TerminalAccess>>;

export type AccessMode = keyof typeof accessOfMode;
export const isAccessMode = (text: string): text is AccessMode => Object.hasOwn(accessOfMode, text);

const shape = z.strictObject({
  rights: z.array(accessRight),
  departments: z.array(z.int().min(0).max(0xffff)).max(maxDepartments),
});

/**
 * Rights in their order and departments ascending, each once. No rights at all: a terminal without certificate. INPUT_INVALID: unknown right, departments
 * that are no numbers of 16 bits or more than 16, departments without `service` or `service` without any.
 */
export const checkedAccess = (access: TerminalAccess): Outcome<TerminalAccess> => {
  const parsed = shape.safeParse({ rights: access.rights, departments: access.departments });
  if (!parsed.success) return failed('INPUT_INVALID', String(parsed.error.issues[0]?.path[0] ?? 'rights'));
  const { rights } = parsed.data;
  const departments = [...new Set(parsed.data.departments)].sort((a, b) => a - b);
  if (rights.includes('service') !== departments.length > 0) return failed('INPUT_INVALID', 'departments');
  return done({ rights: accessRights.filter((right) => rights.includes(right)), departments });
};
