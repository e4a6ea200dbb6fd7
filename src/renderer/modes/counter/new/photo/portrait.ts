import { bestJpeg, type BestJpeg } from './best-jpeg.js';
import { portrait, type Rectangle } from './crop.js';
import { hintsOf, measure, type PhotoHint } from './hints.js';

/** Between the browser's pictures and the plain rules: draws, encodes, measures. */
const canvasOf = (width: number, height: number): { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D } => {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('no drawing context');
  return { canvas, context };
};

const drawn = (source: CanvasImageSource, { left, top, width, height }: Rectangle, scale: number): { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D } => {
  const made = canvasOf(Math.round(portrait.width * scale), Math.round(portrait.height * scale));
  made.context.imageSmoothingQuality = 'high';
  // What is transparent becomes paper, not black.
  made.context.fillStyle = '#ffffff';
  made.context.fillRect(0, 0, made.canvas.width, made.canvas.height);
  made.context.drawImage(source, left, top, width, height, 0, 0, made.canvas.width, made.canvas.height);
  return made;
};

const jpegOf = (canvas: HTMLCanvasElement, quality: number): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => {
        if (blob === null) reject(new Error('no picture came out'));
        else void blob.arrayBuffer().then((bytes) => resolve(new Uint8Array(bytes)), reject);
      },
      'image/jpeg',
      quality,
    );
  });

/** How well the crop was taken. A quarter of the portrait's size is enough to tell. */
export const hintsIn = (source: CanvasImageSource, crop: Rectangle): readonly PhotoHint[] => {
  const { canvas, context } = drawn(source, crop, 0.25);
  return hintsOf(measure(context.getImageData(0, 0, canvas.width, canvas.height)));
};

/** 358 by 441 pixels, or fewer where it would not fit on a card. */
export const portraitOf = async (source: CanvasImageSource, crop: Rectangle): Promise<BestJpeg | null> => bestJpeg((scale, quality) => jpegOf(drawn(source, crop, scale).canvas, quality));

/** A still of what a video shows now. */
export const stillOf = (video: HTMLVideoElement): HTMLCanvasElement => {
  const { canvas, context } = canvasOf(video.videoWidth, video.videoHeight);
  context.drawImage(video, 0, 0);
  return canvas;
};

/** A picture file of any size as pixels. Rejects when it is none. */
export const pictureOf = (file: Blob): Promise<ImageBitmap> => createImageBitmap(file);

/** Base64 without a header. */
export const base64Of = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
