import diagnosis from './zh-CN/diagnosis.js';
import frame from './zh-CN/frame.js';
import police from './zh-CN/police.js';
import setup from './zh-CN/setup.js';
import signIn from './zh-CN/sign-in.js';
export const zh = { diagnosis, frame, police, setup, signIn };
