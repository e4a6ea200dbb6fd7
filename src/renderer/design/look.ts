import { computed, reactive, watchEffect, type ComputedRef } from 'vue';
import type { Language } from '../i18n/index.js';

export const themes = ['light', 'dark', 'contrast-light', 'contrast-dark'] as const;
export type Theme = (typeof themes)[number];
export const textSizes = ['normal', 'large', 'largest'] as const;
export type TextSize = (typeof textSizes)[number];

/** What a person chose for this machine; `system`: as the system says. It stands in the page's own storage, read again by `public/before.js`. */
export interface Look {
  language: Language;
  theme: Theme | 'system';
  text: TextSize;
}

const key = 'look';

/** What was stored, whatever it is, as a look. */
export const lookOf = (stored: unknown): Look => {
  const { language, theme, text } = typeof stored === 'object' && stored !== null ? (stored as Partial<Record<keyof Look, unknown>>) : {};
  return {
    language: language === 'en' ? 'en' : 'zh-CN',
    theme: themes.find((known) => known === theme) ?? 'system',
    text: textSizes.find((known) => known === text) ?? 'normal',
  };
};

const stored = (): Look => {
  try {
    return lookOf(JSON.parse(localStorage.getItem(key) ?? 'null'));
  } catch {
    return lookOf(null);
  }
};

const store = (look: Look): void => {
  try {
    localStorage.setItem(key, JSON.stringify(look));
  } catch {
    // Without storage the choice holds until the page is closed.
  }
};

export const look = reactive(stored());

const systemLook = reactive({ dark: false, more: false });
const follow = (query: string, name: keyof typeof systemLook): void => {
  const media = matchMedia(query);
  systemLook[name] = media.matches;
  media.addEventListener('change', ({ matches }) => {
    systemLook[name] = matches;
  });
};

export const theme: ComputedRef<Theme> = computed(() => (look.theme === 'system' ? (`${systemLook.more ? 'contrast-' : ''}${systemLook.dark ? 'dark' : 'light'}` as const) : look.theme));

/** Begins to follow the system, and writes the look onto the page's root at every change. */
export const applyLook = (root: HTMLElement): void => {
  follow('(prefers-color-scheme: dark)', 'dark');
  follow('(prefers-contrast: more)', 'more');
  watchEffect(() => {
    root.dataset.theme = theme.value;
    root.dataset.text = look.text;
    root.lang = look.language;
    store({ ...look });
  });
};
