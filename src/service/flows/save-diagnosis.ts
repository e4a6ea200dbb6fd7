import { CodedError, done, failed } from '../../contract/index.js';
import { saveBundle } from '../diagnosis/index.js';
import { systemFailure } from '../system-failure.js';
import type { FlowContext } from './context.js';
import { diagnosisOf } from './diagnose.js';
import type { Flow } from './flow.js';

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
    const code = systemFailure(error);
    if (code === undefined) throw error;
    return failed(code);
  }
};
