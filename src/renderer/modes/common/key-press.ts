/** What a key press is made of; a KeyboardEvent fits. */
export interface Press {
  readonly key: string;
  readonly isComposing: boolean;
  readonly repeat: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** Where the focus stands when a key is pressed. */
export type FocusKind = 'text' | 'control' | 'none';

export const focusKind = (element: Element | null): FocusKind => {
  if (element === null) return 'none';
  const tag = element.tagName.toLowerCase();
  if (tag === 'textarea' || element.getAttribute('contenteditable') === 'true') return 'text';
  if (tag === 'input') return ['radio', 'checkbox', 'range', 'button', 'submit'].includes(element.getAttribute('type') ?? 'text') ? 'control' : 'text';
  return ['button', 'a', 'select', 'summary'].includes(tag) ? 'control' : 'none';
};
