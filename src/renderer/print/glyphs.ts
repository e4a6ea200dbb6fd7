/**
 * Whether the fonts of this machine have every character that is about to be printed. A character that no font has is drawn as the box of the first one: what draws the same pixels
 * as a character that cannot exist is missing. Nothing is printed then: a card with a box in a name is worth nothing.
 */
const size = 32;

/** U+2FFFF and U+3FFFF are no characters in any version of Unicode, so no font has them. */
const nobody = ['\u{2FFFF}', '\u{3FFFF}'] as const;

/** ASCII and the ideographs of GB 2312's block are in the fonts that the app brings. */
const isRare = (character: string): boolean => (character.codePointAt(0) ?? 0) > 0x7e;

const drawn = (context: CanvasRenderingContext2D, character: string): string => {
  context.clearRect(0, 0, size * 2, size * 2);
  context.fillText(character, size / 2, size * 1.5);
  return context.getImageData(0, 0, size * 2, size * 2).data.join('');
};

/** True: all of them can be drawn. `font`: as CSS names it. */
export const hasGlyphs = (text: string, font: string): boolean => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * 2;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return false;
  context.font = `${size}px ${font}`;
  const boxes = new Set(nobody.map((character) => drawn(context, character)));
  const blank = drawn(context, ' ');
  return [...new Set(text)].filter((character) => isRare(character) && character.trim() !== '').every((character) => {
    const pixels = drawn(context, character);
    return pixels !== blank && !boxes.has(pixels);
  });
};
