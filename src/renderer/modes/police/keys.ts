import type { FocusKind, Press } from '../common/key-press.js';

/** Keys of police mode, as printed on the buttons. */
export const policeKeys = {
  next: ' ',
  operation: 'F4',
  sync: 'F5',
  lookUp: 'F6',
  history: 'h',
  report: 'F8',
  restart: 'F9',
  back: 'Escape',
} as const;
export type PoliceKey = keyof typeof policeKeys;

/** As engraved on the keyboard. */
export const keyCap = (name: PoliceKey): string => (policeKeys[name] === 'Escape' ? 'Esc' : policeKeys[name].toUpperCase());

/**
 * The command of a key press, if it is one. Nothing while an input method composes or a key is held down; in a text field only the keys that type nothing (F-keys, Escape);
 * Space on a focused button is the button's own.
 */
export const commandOf = (press: Press, focus: FocusKind): PoliceKey | undefined => {
  if (press.isComposing || press.repeat || press.altKey || press.ctrlKey || press.metaKey) return undefined;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const command = (Object.keys(policeKeys) as PoliceKey[]).find((name) => policeKeys[name] === key);
  if (command === undefined) return undefined;
  if (key.length === 1 && focus === 'text') return undefined;
  return command === 'next' && focus === 'control' ? undefined : command;
};
