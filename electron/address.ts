/** The one origin of this app. */
export const scheme = 'app';
export const host = 'residence-card';
export const home = `${scheme}://${host}/`;

/** Electron 25 has no URL.canParse. */
export const addressOf = (text: string): URL | undefined => {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
};

/** A page of ours: the renderer's origin. */
export const isOwnAddress = (text: string): boolean => {
  const address = addressOf(text);
  return address?.protocol === `${scheme}:` && address.host === host;
};
