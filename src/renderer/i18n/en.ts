import diagnosis from './en/diagnosis.js';
import frame from './en/frame.js';
import setup from './en/setup.js';
import signIn from './en/sign-in.js';
import { enCounter } from './en-counter.js';
import { enPolice } from './en-police.js';

export const en = { diagnosis, frame, ...enCounter, ...enPolice, setup, signIn };
