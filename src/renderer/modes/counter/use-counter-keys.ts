import { onBeforeUnmount, onMounted } from 'vue';
import { focusKind } from '../common/key-press.js';
import { counterCommandOf, isTaken, letterOf, type CounterKey } from './keys.js';

/** What a key does now; a key that is not named is the next one's: the panel stands before its screen, the screen before the frame. */
export type CounterKeyActions = Partial<Readonly<Record<CounterKey, () => void>>>;
export interface CounterKeyBinding {
  readonly commands?: () => CounterKeyActions;
  /** single letters and digits, upper case; true: it was taken */
  readonly letter?: (letter: string) => boolean;
}

/** Whoever was mounted last is asked first. */
const bindings: CounterKeyBinding[] = [];

const press = (event: KeyboardEvent): void => {
  if (isTaken(event.key)) event.preventDefault();
  // A dialog holds the keys that are its own.
  if (event.defaultPrevented && !isTaken(event.key)) return;
  const command = counterCommandOf(event);
  const letter = letterOf(event, focusKind(document.activeElement));
  for (const binding of [...bindings].reverse()) {
    const act = command === undefined ? undefined : binding.commands?.()[command];
    if (act !== undefined) {
      event.preventDefault();
      act();
      return;
    }
    if (letter !== undefined && binding.letter?.(letter) === true) {
      event.preventDefault();
      return;
    }
  }
};

/** Listens while the component stands. */
export const useCounterKeys = (binding: CounterKeyBinding): void => {
  onMounted(() => {
    if (bindings.length === 0) window.addEventListener('keydown', press);
    bindings.push(binding);
  });
  onBeforeUnmount(() => {
    bindings.splice(bindings.indexOf(binding), 1);
    if (bindings.length === 0) window.removeEventListener('keydown', press);
  });
};
