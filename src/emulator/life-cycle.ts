/** Life cycle of the permit application (ISO/IEC 7816-4 7.4.10; firmware-specs/permit-application.md 3). Blank and initialised are *void*. */
export type LifeCycleState = 'blank' | 'initialised' | 'activated' | 'terminated';

const bytes: Readonly<Record<LifeCycleState, number>> = { blank: 0x01, initialised: 0x03, activated: 0x05, terminated: 0x0c };

export const lifeCycleByte = (state: LifeCycleState): number => bytes[state];

/** A byte the card never writes means damaged memory: the card is dead rather than guessed to be alive. */
export function lifeCycleOf(byte: number): LifeCycleState {
  for (const state of ['blank', 'initialised', 'activated'] as const) if (bytes[state] === byte) return state;
  return 'terminated';
}

export const isVoid = (state: LifeCycleState): boolean => state === 'blank' || state === 'initialised';
