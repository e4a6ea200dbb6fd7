import police from './zh-CN/police.js';
import policeAction from './zh-CN/police-action.js';
import policeAge from './zh-CN/police-age.js';
import policeAnswer from './zh-CN/police-answer.js';
import policeHistory from './zh-CN/police-history.js';
import policeKey from './zh-CN/police-key.js';
import policeLine from './zh-CN/police-line.js';
import policeLookUp from './zh-CN/police-look-up.js';
import policeMark from './zh-CN/police-mark.js';
import policeOperation from './zh-CN/police-operation.js';
import policePurpose from './zh-CN/police-purpose.js';
import policeReason from './zh-CN/police-reason.js';
import policeReport from './zh-CN/police-report.js';
import policeResult from './zh-CN/police-result.js';
import policeSound from './zh-CN/police-sound.js';
import policeState from './zh-CN/police-state.js';
import policeStatus from './zh-CN/police-status.js';
import policeVerdict from './zh-CN/police-verdict.js';

/** The parts of police mode. */
export const zhPolice = { police, policeAction, policeAge, policeAnswer, policeHistory, policeKey, policeLine, policeLookUp, policeMark, policeOperation, policePurpose, policeReason, policeReport, policeResult, policeSound, policeState, policeStatus, policeVerdict };
