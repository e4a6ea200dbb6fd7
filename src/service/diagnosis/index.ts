/**
 * What is wrong with this terminal, and what to do: looked at from inside the running service or by a command beside it. Findings are keys and values of the contract's tables,
 * without personal data, keys, or numbers of people; the bundle is what may leave the machine. It mends nothing.
 */
export * from './bundle.js';
export * from './diagnose.js';
