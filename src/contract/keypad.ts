import { z } from 'zod';

/**
 * The holder's keypad: a window of its own, turned to the holder, that the clerk's page knows nothing of but that it is open. What is typed there goes to the service and nowhere else.
 * `set` a first PIN, `repeat` it, `current` before a change or at a kiosk, `new`.
 */
export const keypadAsk = z.strictObject({
  id: z.uuid(),
  what: z.enum(['set', 'repeat', 'current', 'new']),
  /** said of the answer before: PIN_WEAK, PIN_WRONG, PIN_FORM, `differs` */
  refused: z.enum(['PIN_WEAK', 'PIN_FORM', 'PIN_WRONG', 'differs']).optional(),
  triesLeft: z.int().optional(),
});
export type KeypadAsk = z.infer<typeof keypadAsk>;

/** Null: the holder gave up. */
export const keypadAnswer = z.strictObject({ id: z.uuid(), digits: z.string().regex(/^\d{6}$/).nullable() });
export type KeypadAnswer = z.infer<typeof keypadAnswer>;

/** What the keypad's page is told. `turn`: it lies over the clerk's own screen, which has to be turned to the holder. */
export interface KeypadShown {
  readonly ask: KeypadAsk | null;
  readonly turn: boolean;
}

/** What Electron puts before the keypad's page as `window.residenceCardKeypad`, and nothing else. */
export interface KeypadBridge {
  /** Once a page, after its listener is there. */
  attach(): void;
  answer(answer: KeypadAnswer): void;
  onShown(listener: (shown: KeypadShown) => void): void;
}
