/**
 * Invented people for demo, tests and benchmarks: seeded residents of plausible households, as the contract's `Application`, each eligible
 * on the day asked for, and drawn portraits as JPEG. Nobody real: names, addresses and ID numbers are put together by chance from public
 * code tables. It issues nothing and stores nothing.
 */
export { seeded, seedOf, type Random } from './random.js';
export { inventHousehold, type InventOptions } from './household.js';
export { inventAdult, inventChild, inventPeople } from './people.js';
export { drawPortrait, portraitOf, type PortraitOptions } from './portrait.js';
export { portraitSize, type Sitter } from './face.js';
