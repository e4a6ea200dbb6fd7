import { done } from '../../contract/index.js';
import { diagnose as look, type Diagnosis } from '../diagnosis/index.js';
import type { FlowContext } from './context.js';
import type { Flow } from './flow.js';

type Looking = Pick<FlowContext, 'folder' | 'pcsc' | 'terminal' | 'tray'>;

export const diagnosisOf = ({ folder, pcsc, terminal, tray }: Looking): Promise<Diagnosis> => look({ folder, pcsc, terminal, virtualReader: tray !== undefined, electron: process.env['RESIDENCE_CARD_ELECTRON'] });

/** Open to everybody in front of the machine: it tells nobody's data. */
export const diagnose = (context: Looking): Flow<'diagnose'> => async () => done(await diagnosisOf(context));
