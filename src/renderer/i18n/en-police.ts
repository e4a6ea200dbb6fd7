import police from './en/police.js';
import policeAction from './en/police-action.js';
import policeAge from './en/police-age.js';
import policeAnswer from './en/police-answer.js';
import policeHistory from './en/police-history.js';
import policeKey from './en/police-key.js';
import policeLine from './en/police-line.js';
import policeLookUp from './en/police-look-up.js';
import policeMark from './en/police-mark.js';
import policeOperation from './en/police-operation.js';
import policePurpose from './en/police-purpose.js';
import policeReason from './en/police-reason.js';
import policeReport from './en/police-report.js';
import policeResult from './en/police-result.js';
import policeSound from './en/police-sound.js';
import policeState from './en/police-state.js';
import policeStatus from './en/police-status.js';
import policeVerdict from './en/police-verdict.js';

/** The parts of police mode. */
export const enPolice = { police, policeAction, policeAge, policeAnswer, policeHistory, policeKey, policeLine, policeLookUp, policeMark, policeOperation, policePurpose, policeReason, policeReport, policeResult, policeSound, policeState, policeStatus, policeVerdict };
