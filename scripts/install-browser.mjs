/** Installs Debian's Chromium, for `npm start` that learns only while it runs that Electron's binary cannot be had. Exit 0: it is there. */
import { MissingPackages } from './bootstrap/missing-packages.mjs';
import { ensureInstalled, windowPackages } from './bootstrap/packages.mjs';

try {
  ensureInstalled(windowPackages, (text) => process.stderr.write(`bootstrap: ${text}\n`));
} catch (error) {
  process.stderr.write(error instanceof MissingPackages ? `${error.code}: ${error.zh}${error.next.zh} ${error.en} ${error.next.en}\n${error.detail}\n` : `bootstrap: ${error.message}\n`);
  process.exitCode = 1;
}
