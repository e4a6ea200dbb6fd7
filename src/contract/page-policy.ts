/**
 * Content security policy of every page of ours, wherever it is served from: Electron's own scheme and the service's loopback address send the same one. Nothing inline, nothing
 * foreign; Element Plus sets its styles through the CSSOM, which needs no 'unsafe-inline'.
 */
export const contentSecurityPolicy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "font-src 'self'", "connect-src 'self'", "media-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ');
