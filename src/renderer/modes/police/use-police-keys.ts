import { onBeforeUnmount, onMounted } from 'vue';
import { focusKind } from '../common/key-press.js';
import { commandOf, type PoliceKey } from './keys.js';

/** What a key does on this screen; a key that is not named does nothing here. */
export type KeyActions = Partial<Readonly<Record<PoliceKey, () => void>>>;

/** Listens while the component stands. F5, F6 and the like never reach the browser while police mode is open, whether or not they do something on this screen. */
export const usePoliceKeys = (actions: () => KeyActions): void => {
  const press = (event: KeyboardEvent): void => {
    const command = commandOf(event, focusKind(document.activeElement));
    if (/^F([4-9])$/.test(event.key)) event.preventDefault();
    const act = command === undefined ? undefined : actions()[command];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  onMounted(() => window.addEventListener('keydown', press));
  onBeforeUnmount(() => window.removeEventListener('keydown', press));
};
