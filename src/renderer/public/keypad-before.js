/** Runs before the modules of the keypad: the schema library is told not to try `new Function`, which the content security policy refuses and reports. Nothing of a clerk's choices is read. */
globalThis.__zod_globalConfig = { jitless: true };
