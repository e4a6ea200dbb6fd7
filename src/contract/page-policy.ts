/**
 * Content security policy of every page of ours, wherever it is served from: Electron's own scheme and the service's loopback address send the same one. Nothing inline, nothing
 * foreign; Element Plus sets its styles through the CSSOM, which needs no 'unsafe-inline'.
 */
export const contentSecurityPolicy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "font-src 'self'", "connect-src 'self'", "media-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ');

/** What a page of ours may ask the machine for: nothing, but the camera where photos are taken (the clerk's page at a counter). Never sound. */
export const permissionsPolicy = (camera: boolean): string =>
  `camera=(${camera ? 'self' : ''}), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=(), display-capture=()`;

/** The holder's keypad: a page of its own, beside the clerk's. */
export const keypadPage = '/keypad.html';

/** Whether the page at this path, of a terminal in this mode, may use the camera. */
export const mayUseCamera = (mode: string, path: string): boolean => mode === 'counter' && path !== keypadPage;
