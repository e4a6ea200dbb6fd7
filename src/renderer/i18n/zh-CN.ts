import diagnosis from './zh-CN/diagnosis.js';
import frame from './zh-CN/frame.js';
import setup from './zh-CN/setup.js';
import signIn from './zh-CN/sign-in.js';
import { zhCounter } from './zh-CN-counter.js';
import { zhPolice } from './zh-CN-police.js';

export const zh = { diagnosis, frame, ...zhCounter, ...zhPolice, setup, signIn };
