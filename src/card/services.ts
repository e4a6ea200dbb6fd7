import type { ChipStatus } from './chip-status.js';
import { answerError } from './errors.js';
import { recordsOf } from './files.js';
import type { PermitApplication } from './permit-application.js';

/**
 * The signed objects in the content of EF.Services, in the order of the file; the department stands inside each. Verifies nothing. Throws CARD_ANSWER_INVALID for
 * anything but twelve records at most.
 */
export const serviceObjects = (content: Uint8Array): readonly Uint8Array[] => recordsOf('services', content);

/** {@link serviceObjects} of the card: those that this terminal may read. */
export async function readServices(application: PermitApplication): Promise<readonly Uint8Array[]> {
  return serviceObjects((await application.readFiles('services')).services);
}

/**
 * Which object is whose, by C9: all slots of the card where they were all read, else those of the `entitled` departments. Throws
 * CARD_ANSWER_INVALID when the chip lists another number of slots than it gave.
 */
export function slotsByDepartment(objects: readonly Uint8Array[], status: ChipStatus, entitled: readonly number[]): ReadonlyMap<number, Uint8Array> {
  const listed = [...status.slots.keys()];
  const departments = objects.length === listed.length ? listed : listed.filter((department) => entitled.includes(department));
  if (objects.length !== departments.length) throw answerError('services: slots');
  return new Map(departments.map((department, i) => [department, objects[i] ?? new Uint8Array(0)]));
}

/**
 * The slots that this terminal may read, by department, and the chip's status under the same channel. `entitled`: the departments of the terminal's certificate, of use
 * where it lacks the right to read all slots.
 */
export async function readSlots(
  application: PermitApplication,
  entitled: readonly number[],
): Promise<{ readonly slots: ReadonlyMap<number, Uint8Array>; readonly status: ChipStatus }> {
  const { contents, status } = await application.readFilesWithStatus('services');
  return { slots: slotsByDepartment(serviceObjects(contents.services), status, entitled), status };
}
