/** A JPEG as the contract carries it: base64. */
export const bytesOfPhoto = (photo: string): Uint8Array => Uint8Array.from(Buffer.from(photo, 'base64'));
export const photoShown = (jpeg: Uint8Array): string => Buffer.from(jpeg).toString('base64');
