/** Of this program, as `hello`, the state and the diagnosis name it; a test compares it with package.json. */
export const programVersion = '0.1.0';
