import diagnosis from './en/diagnosis.js';
import frame from './en/frame.js';
import police from './en/police.js';
import setup from './en/setup.js';
import signIn from './en/sign-in.js';
export const en = { diagnosis, frame, police, setup, signIn };
