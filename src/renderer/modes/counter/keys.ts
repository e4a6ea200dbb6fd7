import type { FocusKind, Press } from '../common/key-press.js';

/** Keys of counter mode, as printed on the buttons. `next`, `previous`: steps of a form; `leave`: a panel, and then the screen. */
export const counterKeys = {
  help: 'F1',
  new: 'F2',
  endorse: 'F3',
  desk: 'F4',
  applications: 'F5',
  drafts: 'F6',
  sync: 'F7',
  books: 'F8',
  restart: 'F9',
  queue: 'F10',
  next: 'Ctrl+Enter',
  previous: 'Alt+↑',
  leave: 'Esc',
} as const;
export type CounterKey = keyof typeof counterKeys;
export const counterKeyNames = Object.keys(counterKeys) as CounterKey[];

const pressed = ({ key, altKey, ctrlKey, metaKey }: Press): string => {
  const name = { ArrowUp: '↑', Escape: 'Esc' }[key] ?? key;
  return [...(ctrlKey ? ['Ctrl'] : []), ...(altKey ? ['Alt'] : []), ...(metaKey ? ['Meta'] : []), name].join('+');
};

/** The command of a key press, if it is one. Nothing while an input method composes or a key is held down. */
export const counterCommandOf = (press: Press): CounterKey | undefined => {
  if (press.isComposing || press.repeat) return undefined;
  const name = pressed(press);
  return counterKeyNames.find((command) => counterKeys[command] === name);
};

/** A letter or digit that is a key of a screen: never in a field, never with another key held, never while an input method composes. Upper case. */
export const letterOf = (press: Press, focus: FocusKind): string | undefined => {
  if (press.isComposing || press.repeat || press.altKey || press.ctrlKey || press.metaKey || focus === 'text') return undefined;
  return /^[a-z0-9]$/i.test(press.key) ? press.key.toUpperCase() : undefined;
};

/** What the browser would do with these (help, reload, menus, caret browsing) never happens at a counter, whether or not they do something on this screen. */
export const isTaken = (key: string): boolean => /^F([1-9]|10)$/.test(key);
