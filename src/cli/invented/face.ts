import { above, both, Canvas, either, ellipse, leftOf, mix, shade, stroke, without, type Colour } from './canvas.js';
import type { Random } from './random.js';

/** GA 461-2004: 358 × 441 pixels, head in the middle, white background. */
export const portraitSize = { width: 358, height: 441 } as const;
export interface Sitter {
  readonly sex: 1 | 2;
  readonly age: number;
}

const skins: readonly Colour[] = [[246, 214, 188], [238, 201, 172], [229, 188, 155], [214, 171, 137]];
const clothes: readonly Colour[] = [[42, 62, 92], [88, 34, 48], [46, 82, 70], [74, 74, 82], [120, 84, 52], [58, 52, 96], [32, 96, 120]];
const shirts: readonly Colour[] = [[248, 248, 244], [206, 222, 238], [240, 224, 214]];
const middle = portraitSize.width / 2;

interface Plan {
  readonly skin: Colour;
  readonly hair: Colour;
  readonly eyeY: number;
  readonly faceY: number;
  readonly faceRx: number;
  readonly faceRy: number;
}

const planOf = (random: Random, { sex, age }: Sitter): Plan => {
  const child = age < 13;
  const grey = age > 50 ? Math.min(0.8, (age - 50) / 22) : 0;
  const faceY = child ? 232 : 222;
  return {
    skin: random.pick(skins),
    hair: mix(random.pick([[28, 24, 24], [42, 32, 28], [20, 20, 26]] as const), [186, 186, 188], grey),
    faceY,
    eyeY: faceY + (child ? 8 : -8),
    faceRx: (child ? 88 : sex === 1 ? 82 : 78) + random.between(-4, 4),
    faceRy: (child ? 98 : 110) + random.between(-4, 4),
  };
};

const drawBody = (canvas: Canvas, random: Random, plan: Plan, { sex, age }: Sitter): void => {
  const coat = random.pick(clothes);
  const width = age < 13 ? 132 : sex === 1 ? 172 : 150;
  const shoulders = either(ellipse(middle, 478, width, 112), ellipse(middle, 452, width * 0.72, 92));
  canvas.fill(shoulders, (x, y) => shade(coat, 1.08 - Math.abs(x - middle) / 620 - (y - 380) / 900));
  const neckY = plan.faceY + plan.faceRy - 6;
  const neck = ellipse(middle, neckY + 22, plan.faceRx * 0.5, 58);
  const opening = both(leftOf(middle - 52, 356, middle, 436), leftOf(middle, 436, middle + 52, 356));
  const shirt = random.pick(shirts);
  canvas.fill(both(both(shoulders, (x, y) => -opening(x, y)), ellipse(middle, 372, 60, 78)), shirt);
  canvas.fill(neck, shade(plan.skin, 0.93));
  const chin = ellipse(middle, plan.faceY + plan.faceRy + 4, plan.faceRx * 0.5, 15);
  canvas.fill((x, y) => (neck(x, y) < 0 ? chin(x, y) : Infinity), shade(plan.skin, 0.72), { soft: 18, opacity: 0.55 });
  for (const side of [-1, 1]) {
    canvas.fill(stroke([middle + side * 44, 366, middle + side * 34, 402, middle + side * 4, 424], 15), shade(shirt, 0.97));
    canvas.fill(stroke([middle + side * 53, 366, middle + side * 45, 408, middle + side * 9, 438], 2.5), shade(coat, 0.6), { soft: 2 });
  }
};

const drawHead = (canvas: Canvas, plan: Plan): void => {
  const { skin, faceY, faceRx, faceRy, eyeY } = plan;
  for (const side of [-1, 1]) {
    canvas.fill(ellipse(middle + side * (faceRx + 1), eyeY + 20, 13, 25), shade(skin, 0.94));
    canvas.fill(ellipse(middle + side * (faceRx + 3), eyeY + 20, 6, 15), shade(skin, 0.78), { soft: 6, opacity: 0.6 });
  }
  const head = either(ellipse(middle, faceY - 12, faceRx, faceRy - 10), ellipse(middle, faceY + 22, faceRx * 0.83, faceRy - 22));
  canvas.fill(head, (x, y) => shade(skin, 1.03 - ((x - middle) / faceRx) ** 2 * 0.07 - Math.max(0, (y - faceY) / faceRy) * 0.06));
  for (const side of [-1, 1]) {
    const cheek = ellipse(middle + side * faceRx * 0.5, faceY + 42, 22, 15);
    canvas.fill((x, y) => (head(x, y) < -1 ? cheek(x, y) : Infinity), [232, 138, 122], { soft: 22, opacity: 0.22 });
  }
};

const drawEyes = (canvas: Canvas, random: Random, plan: Plan, { sex, age }: Sitter): void => {
  const { eyeY, skin, hair } = plan;
  const [apart, open] = [35 + random.between(-2, 2), (age < 13 ? 10.5 : 8) + random.between(-1, 1)];
  const tilt = random.between(-2, 2);
  for (const side of [-1, 1]) {
    const x = middle + side * apart;
    const eye = ellipse(x, eyeY, 17, open);
    canvas.fill(ellipse(x, eyeY - 1, 21, open + 6), shade(skin, 0.86), { soft: 9, opacity: 0.5 });
    canvas.fill(eye, [250, 249, 246]);
    canvas.fill(both(eye, ellipse(x, eyeY - 0.5, 8.6, 8.8)), [64, 42, 32]);
    canvas.fill(both(eye, ellipse(x, eyeY - 0.5, 4.2, 4.2)), [18, 14, 14]);
    canvas.fill(ellipse(x + 3, eyeY - 3.5, 2, 2), [255, 255, 255]);
    canvas.fill(stroke([x - side * 18, eyeY + 1, x - side * 2, eyeY - open * 1.9, x + side * 19, eyeY - 1 - tilt], sex === 2 ? 4 : 3, true), [34, 26, 26]);
    canvas.fill(stroke([x - side * 14, eyeY + open - 1, x, eyeY + open + 3, x + side * 15, eyeY + open - 2], 1.4), shade(skin, 0.7), { soft: 2 });
    const brow = eyeY - open - (sex === 2 ? 16 : 14);
    const arch = stroke([x - side * 18, brow + 4, x + side * 2, brow - 6, x + side * 23, brow + 3 - tilt], sex === 2 ? 5 : 8, true);
    canvas.fill(arch, mix(hair, skin, 0.12), { soft: 2.5 });
    if (age > 45) canvas.fill(stroke([x - 13, eyeY + 19, x, eyeY + 24, x + 13, eyeY + 18], 1.6), shade(skin, 0.76), { soft: 2.5, opacity: 0.8 });
  }
  if (age >= 9 && random.chance(0.25)) {
    for (const side of [-1, 1]) {
      const lens = ellipse(middle + side * apart, eyeY + 2, 27, 22);
      canvas.fill((x, y) => Math.abs(lens(x, y)) - 1.5, [46, 42, 44]);
      canvas.fill(stroke([middle + side * (apart + 27), eyeY, middle + side * 72, eyeY - 3, middle + side * (plan.faceRx + 2), eyeY - 2], 3), [46, 42, 44]);
    }
    canvas.fill(stroke([middle - apart + 26, eyeY, middle, eyeY - 6, middle + apart - 26, eyeY], 3), [46, 42, 44]);
  }
};

const drawNoseAndMouth = (canvas: Canvas, random: Random, plan: Plan, { sex, age }: Sitter): void => {
  const { skin, faceY } = plan;
  const noseY = faceY + 34 + random.between(-2, 3);
  const mouthY = noseY + 31;
  const width = 25 + random.between(-3, 4);
  canvas.fill(stroke([middle - 8, plan.eyeY + 8, middle - 9, noseY - 14, middle - 13, noseY - 2], 4, true), shade(skin, 0.82), { soft: 5, opacity: 0.45 });
  canvas.fill(ellipse(middle, noseY - 4, 7, 9), shade(skin, 1.08), { soft: 9, opacity: 0.6 });
  canvas.fill(stroke([middle - 12, noseY + 3, middle, noseY + 9, middle + 12, noseY + 3], 3, true), shade(skin, 0.68), { soft: 3 });
  const lips: Colour = sex === 2 ? [196, 92, 92] : mix(skin, [176, 92, 84], 0.6);
  const smile = random.between(2, 6);
  canvas.fill(stroke([middle - width, mouthY, middle, mouthY - 8, middle + width, mouthY], 6, true), lips);
  canvas.fill(stroke([middle - width + 3, mouthY + 2, middle, mouthY + 9 + smile, middle + width - 3, mouthY + 2], sex === 2 ? 9 : 7, true), shade(lips, 1.06));
  canvas.fill(stroke([middle - width - 1, mouthY - 1, middle, mouthY + smile, middle + width + 1, mouthY - 1], 2, true), shade(lips, 0.55));
  if (age <= 38) return;
  for (const side of [-1, 1]) {
    const [x, depth] = [middle + side * 24, Math.min(1, (age - 30) / 35)];
    canvas.fill(stroke([x, noseY, x + side * 14, noseY + 14, x + side * 13, mouthY + 4], 2, true), shade(skin, 0.72), { soft: 3, opacity: depth });
  }
};

const drawHair = (canvas: Canvas, random: Random, plan: Plan, { sex, age }: Sitter): void => {
  const { hair, faceY, faceRx, faceRy } = plan;
  const skull = ellipse(middle, faceY - 24, faceRx + 11, faceRy + 4);
  const part = random.pick([-34, -22, 22, 34]);
  const high = age > 45 && sex === 1 ? 12 : 0;
  const forehead = either(ellipse(middle + part * 0.4, faceY + 34 - high, faceRx * 0.96, faceRy + 2), ellipse(middle, faceY + 66, faceRx * 1.01, faceRy + 14));
  const fringe = random.chance(0.5) && (sex === 2 || age < 13);
  const bottom = above(sex === 2 ? faceY + 44 : faceY + 12);
  const gloss = (x: number, y: number): Colour => shade(hair, 1 + 0.5 * Math.exp(-(((x - middle - part) / 50) ** 2) - ((y - faceY + faceRy - 18) / 20) ** 2));
  canvas.fill(both(without(skull, forehead), bottom), gloss);
  if (fringe) canvas.fill(both(ellipse(middle, faceY - 52, faceRx * 0.93, 40), above(plan.eyeY - 27)), gloss);
  for (const at of [-0.6, -0.3, 0.1, 0.45, 0.7]) {
    const x = middle + at * faceRx;
    const strand = stroke([middle + part, faceY - faceRy - 18, x, faceY - faceRy - 4, x + at * 12, faceY - faceRy + 20], 1.6, true);
    canvas.fill(strand, shade(hair, 1.6), { soft: 2.5, opacity: 0.4 });
  }
};

/** A drawn head-and-shoulders portrait: plainly a drawing of nobody, with a face that differs from seed to seed. */
export const drawFace = (random: Random, sitter: Sitter): Canvas => {
  const canvas = new Canvas(portraitSize.width, portraitSize.height);
  const plan = planOf(random, sitter);
  const long = sitter.sex === 2 && random.chance(0.65);
  const behind = either(ellipse(middle, plan.faceY - 10, plan.faceRx + 17, plan.faceRy + 18), ellipse(middle, plan.faceY + 90, plan.faceRx + 15, 98));
  if (long) canvas.fill(behind, shade(plan.hair, 0.86));
  drawBody(canvas, random, plan, sitter);
  drawHead(canvas, plan);
  drawEyes(canvas, random, plan, sitter);
  drawNoseAndMouth(canvas, random, plan, sitter);
  drawHair(canvas, random, plan, sitter);
  return canvas;
};
