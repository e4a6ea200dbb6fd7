import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const sheet = readFileSync(new URL('../../src/renderer/design/tokens.css', import.meta.url), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');

/** Custom properties of every rule whose selectors include this one, later rules over earlier ones. */
const tokens = (...selectors: readonly string[]): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const [, list, body] of sheet.matchAll(/([^{}]+)\{([^}]*)\}/g)) {
    if (!list!.split(',').some((each) => selectors.includes(each.trim()))) continue;
    for (const [, name, value] of body!.matchAll(/--([\w-]+):\s*([^;]+);/g)) found.set(name!, value!.trim());
  }
  return found;
};

const luminance = (hex: string): number => {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
};
const contrast = (one: string, other: string): number => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
};

const themes = ['light', 'dark', 'contrast-dark', 'contrast-light'] as const;
const states = ['valid', 'suspended', 'revoked', 'cloned', 'undetermined'] as const;

describe.each(themes)('theme %s', (theme) => {
  const look = tokens(':root', `[data-theme='${theme}']`);
  const colour = (name: string): string => look.get(name) ?? expect.fail(`no --${name}`);
  const high = theme.startsWith('contrast');
  const least = high ? 7 : 4.5;

  test('text, actions and states stand out from the ground', () => {
    for (const name of ['text', 'text-muted', 'action', 'guide', ...states]) expect(contrast(colour(name), colour('background')), name).toBeGreaterThanOrEqual(least);
    expect(contrast(colour('on-action'), colour('action'))).toBeGreaterThanOrEqual(least);
  });

  test('text and the states that chips show stand out from the bars too', () => {
    for (const name of ['text', 'text-muted', 'action', 'suspended', 'revoked']) expect(contrast(colour(name), colour('surface')), name).toBeGreaterThanOrEqual(4.5);
  });

  test('borders of controls, and the ring of the focus against what it surrounds', () => {
    expect(contrast(colour('control-border'), colour('background'))).toBeGreaterThanOrEqual(3);
    const ring = [contrast(colour('focus-inner'), colour('background')), contrast(colour('focus-outer'), colour('background'))];
    expect(Math.max(...ring)).toBeGreaterThanOrEqual(3);
    expect(contrast(colour('focus-inner'), colour('focus-outer'))).toBeGreaterThanOrEqual(3);
  });

  test('words on the grounds of the verdicts', () => {
    for (const state of states) expect(contrast(look.get(`on-fill-${state}`) ?? colour('on-fill'), colour(`fill-${state}`)), state).toBeGreaterThanOrEqual(least);
  });
});

describe('pixels of the modes', () => {
  const scale = (...selectors: readonly string[]): readonly (string | undefined)[] => {
    const found = tokens(':root', ...selectors);
    return ['small', 'body', 'heading', 'hero', 'target', 'target-primary', 'gap'].map((name) => /\d+px/.exec(found.get(name) ?? '')?.[0]);
  };

  test.each([
    ['counter', [], ['14px', '16px', '22px', '28px', '40px', '40px', '8px']],
    ['police', ["[data-mode='police']"], ['18px', '22px', '28px', '96px', '56px', '56px', '16px']],
    ['kiosk', ["[data-mode='kiosk']"], ['26px', '32px', '44px', '60px', '96px', '120px', '24px']],
    ['kiosk, large', ["[data-mode='kiosk']", "[data-mode='kiosk'][data-text='large']"], ['42px', '42px', '54px', '72px', '96px', '120px', '24px']],
  ])('%s', (_, selectors, pixels) => {
    expect(scale(...selectors)).toEqual(pixels);
  });
});
