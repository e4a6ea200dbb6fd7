import { bytesNumber, sameBytes } from './aes.js';
import { answer, type Answer, type Instruction, status } from './apdu.js';
import { applicationFci, type DedicatedFile, type ElementaryFile, fcp, type MasterFile } from './files.js';
import type { Memory } from './memory.js';
import type { SecurityStatus } from './security-status.js';

type Target = DedicatedFile | ElementaryFile;

/** SELECT (ISO/IEC 7816-4 11.2.2) in the forms of firmware-specs/permit-application.md 4. A terminated card answers with 6285. */
export function select(masterFile: MasterFile, memory: Memory, security: SecurityStatus, { p1, p2, data }: Instruction): Answer {
  if (p2 !== 0x00 && p2 !== 0x04 && p2 !== 0x0c) return status(0x6a86);
  const found = locate(masterFile, security.currentDf, p1, data);
  if (typeof found === 'number') return status(found);
  const { file, parent } = found;
  if (file.kind === 'dedicated') {
    security.currentDf = file;
    security.currentEf = undefined;
  } else {
    security.currentDf = parent;
    security.currentEf = file;
  }
  const sw = memory.store.lifeCycle === 'terminated' ? 0x6285 : 0x9000;
  if (p2 === 0x0c) return status(sw);
  return answer(p1 === 0x04 && p2 === 0x00 && file.kind === 'dedicated' ? applicationFci(file, memory) : fcp(file, memory), sw);
}

interface Located {
  readonly file: Target;
  readonly parent: DedicatedFile;
}

function locate(masterFile: MasterFile, current: DedicatedFile, p1: number, data: Uint8Array): Located | number {
  const root = { file: masterFile, parent: masterFile };
  switch (p1) {
    case 0x00:
      if (data.length === 0) return root;
      if (data.length !== 2) return 0x6700;
      return bytesNumber(data) === masterFile.fid ? root : (child(masterFile, current, data) ?? application(masterFile, data) ?? 0x6a82);
    case 0x02:
      if (data.length !== 2) return 0x6700;
      return child(masterFile, current, data) ?? 0x6a82;
    case 0x04: {
      const named = masterFile.applications.find(({ aid }) => aid !== undefined && sameBytes(aid, data));
      return named === undefined ? 0x6a82 : { file: named, parent: masterFile };
    }
    case 0x08:
      if (data.length === 0 || data.length % 2 !== 0) return 0x6700;
      return byPath(masterFile, data) ?? 0x6a82;
    default:
      return 0x6a86;
  }
}

function child(masterFile: MasterFile, parent: DedicatedFile, fid: Uint8Array): Located | undefined {
  const file = parent.files.find((candidate) => candidate.fid === bytesNumber(fid));
  if (file !== undefined) return { file, parent };
  return parent === masterFile ? application(masterFile, fid) : undefined;
}

function application(masterFile: MasterFile, fid: Uint8Array): Located | undefined {
  const file = masterFile.applications.find((candidate) => candidate.fid === bytesNumber(fid));
  return file && { file, parent: masterFile };
}

/** A path from the master file, whose own identifier is not part of it. */
function byPath(masterFile: MasterFile, path: Uint8Array): Located | undefined {
  let at: Located = { file: masterFile, parent: masterFile };
  for (let i = 0; i < path.length; i += 2) {
    if (at.file.kind !== 'dedicated') return undefined;
    const next = child(masterFile, at.file, path.slice(i, i + 2));
    if (next === undefined) return undefined;
    at = next;
  }
  return at;
}
