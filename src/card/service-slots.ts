import { answerError } from './errors.js';
import { parseTlv, type Tlv } from '../iso7816/index.js';

const strictTlv = (command: string, bytes: Uint8Array): Tlv[] => {
  try {
    return parseTlv(bytes, { strict: true });
  } catch (cause) {
    throw answerError(command, cause);
  }
};

/**
 * The signed objects in EF.Services as READ BINARY and GET DATA give it (permit-application.md 4): `53 L record` one after the other, by rising department. An
 * empty file has none. Throws CARD_ANSWER_INVALID for anything else. Verifies nothing.
 */
export function serviceObjects(content: Uint8Array): Uint8Array[] {
  return strictTlv('EF.Services', content).map(({ tag, value }) => {
    if (tag !== 0x53) throw answerError('EF.Services: records');
    return value;
  });
}

const entryLength = 6;

/**
 * DO 94 of C9, `{ department 2 ‖ counter 4 }*` in the order of the file (permit-application.md 6): department to the services counter when its slot was
 * written. Throws CARD_ANSWER_INVALID for a broken entry and for departments that do not rise.
 */
export function slotCounters(value: Uint8Array): ReadonlyMap<number, number> {
  if (value.length % entryLength !== 0) throw answerError('GET DATA: slots');
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const counters = new Map<number, number>();
  let last = 0;
  for (let at = 0; at < value.length; at += entryLength) {
    const department = view.getUint16(at);
    if (department <= last) throw answerError('GET DATA: slots');
    counters.set(department, view.getUint32(at + 2));
    last = department;
  }
  return counters;
}
