/** Which keys a page never gets to see, and which ask for the operator's way out. The function keys of the screens (F1 to F10) are the screens' own. */

export interface KeyPress {
  readonly type: string;
  readonly key: string;
  readonly code: string;
  readonly control: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly meta: boolean;
}

/** Ctrl+Alt+Shift+E */
export const asksToLeave = (press: KeyPress): boolean => press.type === 'keyDown' && press.control && press.alt && press.shift && press.code === 'KeyE';

/** With Ctrl (or Cmd): reload, developer tools, page source, print, save, open, find, new window and tab, history, zoom. */
const withControl: ReadonlySet<string> = new Set(['KeyR', 'KeyI', 'KeyJ', 'KeyU', 'KeyP', 'KeyS', 'KeyO', 'KeyF', 'KeyG', 'KeyN', 'KeyT', 'KeyH', 'KeyD', 'F5', 'Tab', 'Equal', 'Minus', 'Digit0', 'NumpadAdd', 'NumpadSubtract', 'Numpad0']);
const alone: ReadonlySet<string> = new Set(['F11', 'F12', 'BrowserBack', 'BrowserForward', 'BrowserRefresh', 'BrowserHome', 'BrowserSearch', 'BrowserFavorites']);
/** Close and quit: an ordinary window keeps them. */
const closing = (press: KeyPress): boolean => (press.alt && press.code === 'F4') || ((press.control || press.meta) && ['KeyW', 'KeyQ', 'F4'].includes(press.code));

export const isBlocked = (press: KeyPress, kiosk: boolean): boolean => {
  if (closing(press)) return kiosk;
  if (press.code === 'F11') return kiosk;
  if (alone.has(press.code) || alone.has(press.key)) return true;
  if (press.alt && ['ArrowLeft', 'ArrowRight', 'Home'].includes(press.code) && kiosk) return true;
  if (press.control && press.shift && press.code === 'KeyC') return true;
  return (press.control || press.meta) && withControl.has(press.code);
};
