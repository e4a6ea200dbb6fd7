/** Enter leads from field to field in the order of the page. A group of ticks or of choices is one field. */

const selector = 'input:not([disabled]):not([type="hidden"]):not([type="file"]), select:not([disabled]), textarea:not([disabled])';

/** `group`: elements with the same one are one field. `skipped`: filled in by itself. */
export interface FieldLike {
  readonly group: unknown;
  readonly skipped: boolean;
}

/** The next field that is to be filled in after this one; undefined: it was the last. */
export const nextOf = <T extends FieldLike>(fields: readonly T[], current: T): T | undefined => fields.slice(fields.indexOf(current) + 1).find((field) => field.group !== current.group && !field.skipped);

interface Field extends FieldLike {
  readonly element: HTMLElement;
}

const fieldsIn = (form: HTMLElement): readonly Field[] =>
  [...form.querySelectorAll<HTMLElement>(selector)].map((element) => ({ element, group: element.closest('fieldset') ?? element, skipped: element.closest('[data-skip]') !== null }));

const goTo = (element: HTMLElement): void => {
  element.focus();
  // What is typed replaces what stood there.
  if (element instanceof HTMLInputElement && element.type === 'text') element.select();
};

/** Puts the focus into the next field; false: there is none. */
export const focusNext = (form: HTMLElement, current: EventTarget | null): boolean => {
  const fields = fieldsIn(form);
  const here = fields.find(({ element }) => element === current);
  if (here === undefined) return false;
  const next = nextOf(fields, here);
  if (next !== undefined) goTo(next.element);
  return next !== undefined;
};

/** The first field of a step, or where there is none whatever is meant to be pressed first. */
export const focusFirst = (form: HTMLElement): void => {
  const first = fieldsIn(form).find(({ skipped }) => !skipped)?.element ?? form.querySelector<HTMLElement>('button.primary');
  if (first === null) form.closest('main')?.querySelector<HTMLElement>('h1')?.focus();
  else goTo(first);
};
