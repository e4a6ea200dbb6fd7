import { CodedError, done, failed, type FailureCode } from '../../contract/index.js';
import { saveBundle } from '../diagnosis/index.js';
import type { FlowContext } from './context.js';
import { diagnosisOf } from './diagnose.js';
import type { Flow } from './flow.js';

const codes: Readonly<Record<string, FailureCode>> = { ENOSPC: 'DISK_FULL', EDQUOT: 'DISK_FULL', EROFS: 'STORAGE_READ_ONLY', EACCES: 'STORAGE_READ_ONLY', EPERM: 'STORAGE_READ_ONLY', EEXIST: 'STORAGE_READ_ONLY', ENOTDIR: 'STORAGE_READ_ONLY' };

/** The redacted bundle below the data folder. DISK_FULL, STORAGE_READ_ONLY */
export const saveDiagnosis = (context: Pick<FlowContext, 'folder' | 'pcsc' | 'terminal' | 'findTerminal' | 'tray' | 'mode' | 'log'>): Flow<'save-diagnosis'> => async () => {
  const { folder, mode, log } = context;
  const diagnosis = await diagnosisOf(context);
  try {
    const saved = saveBundle(diagnosis, { folder, mode, terminal: context.findTerminal() });
    log.info('diagnosis saved', { bytes: saved.bytes });
    return done(saved);
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const code = codes[String((error as { readonly code?: unknown } | null)?.code)];
    if (code === undefined) throw error;
    return failed(code);
  }
};
