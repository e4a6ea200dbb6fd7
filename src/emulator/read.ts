import { answer, type Answer, type Instruction, status } from './apdu.js';
import type { ElementaryFile } from './files.js';
import { isVoid, type LifeCycleState } from './life-cycle.js';
import type { Session } from './session.js';

/** 9000, 6982 (no session, or one without the right) or 6985 (void card): may this file be read now? */
export function readAccess(file: ElementaryFile, lifeCycle: LifeCycleState, session: Session | undefined): 0x9000 | 0x6982 | 0x6985 {
  if (file.access === 'factory') return 0x9000;
  if (isVoid(lifeCycle)) return 0x6985;
  if (file.access === 'free') return 0x9000;
  return session !== undefined && file.access(session) ? 0x9000 : 0x6982;
}

/** READ BINARY of `file` from `offset` (access already decided). With the maximum Le the card answers what fits one answer. */
export function readBinary(file: ElementaryFile, offset: number, instruction: Instruction, session: Session | undefined): Answer {
  const content = file.binary(session);
  if (content === undefined) return status(0x6981);
  if (offset > content.length || (offset === content.length && offset > 0)) return status(0x6b00);
  const rest = content.length - offset;
  const asked = instruction.neIsMaximum ? Math.min(instruction.ne, instruction.room) : instruction.ne === 0 ? rest : instruction.ne;
  const beyond = instruction.ne > 0 && !instruction.neIsMaximum && asked > rest;
  return answer(content.slice(offset, offset + asked), beyond ? 0x6282 : 0x9000);
}

/** READ RECORD, by the numbers of the file (access to the file already decided): 6982 for a record of others. 6Cxx tells the length when a short Le is another one (00 for lengths that need the maximum). */
export function readRecord(file: ElementaryFile, number: number, instruction: Instruction, session: Session | undefined): Answer {
  if (file.kind !== 'records') return status(0x6981);
  const records = file.records(session);
  if (number === 0 || number > records.length) return status(0x6a83);
  const record = records[number - 1];
  if (record === undefined) return status(0x6982);
  if (instruction.shortLe && !instruction.neIsMaximum && instruction.ne !== record.length) {
    return status(0x6c00 | (record.length > 255 ? 0 : record.length));
  }
  return answer(record);
}
