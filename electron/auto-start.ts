/** The app starts when this account logs in: an entry of the desktop on Linux (XDG autostart), a log-in item on Windows. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app } from 'electron';

/** Quoting of Exec in the Desktop Entry Specification: within double quotes, `"` `` ` `` `$` `\` are escaped, the backslash itself once more by the string rule, and % is doubled. */
export const desktopQuote = (word: string): string => `"${word.replace(/(["`$\\])/g, '\\$1').replace(/\\/g, '\\\\').replace(/%/g, '%%')}"`;

export const desktopEntry = (command: readonly string[]): string =>
  ['[Desktop Entry]', 'Type=Application', 'Version=1.5', 'Name=Residence card terminal', 'Name[zh_CN]=居住证终端', `Exec=${command.map(desktopQuote).join(' ')}`, 'Terminal=false', 'X-GNOME-Autostart-enabled=true', ''].join('\n');

const entryFile = (): string => join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'autostart', 'residence-card.desktop');

/** Returns a line for who typed it. */
export const setAutoStart = (on: boolean, args: readonly string[]): string => {
  if (process.platform === 'win32') {
    app.setLoginItemSettings({ openAtLogin: on, args: [...args] });
    return on ? 'auto-start: on' : 'auto-start: off';
  }
  const file = entryFile();
  if (!on) {
    rmSync(file, { force: true });
    return 'auto-start: off';
  }
  mkdirSync(join(file, '..'), { recursive: true });
  // An AppImage is mounted at another place each time; its own file is what starts it.
  writeFileSync(file, desktopEntry([process.env.APPIMAGE ?? process.execPath, ...args]), { mode: 0o644 });
  return 'auto-start: on';
};
