/** Who stands before a kiosk gets nowhere else; the operator gets out; one app at a time. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, hostLog, inPage, launchElectron, prepareElectron, spawnElectron } from './driver.js';
import { smallService } from './app-folder.js';
import { ended, openShell, shellApp, type Shell } from './shell.js';

const app = shellApp();
afterAll(() => app.remove());

const size = { width: 1080, height: 1920 };

/** Keys as the system's input reaches the page: through Chromium's input route, where the shell looks first. */
const press = (shell: Shell, keyCode: string, modifiers: readonly ('control' | 'alt' | 'shift')[] = []): Promise<void> =>
  shell.app.evaluate(({ BrowserWindow }, key) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents;
    contents.sendInputEvent({ type: 'keyDown', keyCode: key.keyCode, modifiers: [...key.modifiers] });
    contents.sendInputEvent({ type: 'keyUp', keyCode: key.keyCode, modifiers: [...key.modifiers] });
  }, { keyCode, modifiers });

const seenKeys = "(globalThis.keys ??= [], globalThis.keysOn ??= (addEventListener('keydown', (event) => keys.push(event.code)), true), keys)";

describe('in the kiosk', () => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await openShell(app.folder, { size, args: ['--mode=kiosk'] });
  }, 120_000);
  afterAll(() => shell.close());

  it('the window fills the screen, on top, without frame and menu', async () => {
    const lookNow = (): Promise<{ bounds: object; top: boolean; kiosk: boolean; menu: unknown; visible: boolean }> =>
      shell.app.evaluate(({ BrowserWindow, Menu }) => {
        const window = BrowserWindow.getAllWindows()[0]!;
        return { bounds: window.getBounds(), top: window.isAlwaysOnTop(), kiosk: window.isKiosk(), menu: Menu.getApplicationMenu(), visible: window.isVisible() };
      });
    // The window manager takes its time with a window that has just been shown.
    const look = await eventually(lookNow, ({ top, visible }) => top && visible, 'the window on top');
    expect(look).toEqual({ bounds: { x: 0, y: 0, ...size }, top: true, kiosk: true, menu: null, visible: true });
    expect(await inPage(shell, '[innerWidth, innerHeight]')).toEqual([size.width, size.height]);
  });

  it('closing is refused, from the system and from the page', async () => {
    await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
    await eventually(() => shell.codes(), (codes) => codes.includes('CLOSE_DENIED'), 'a refused close');
    expect(await inPage(shell, 'heard.links')).toEqual(['up']);
    await inPage(shell, 'setTimeout(() => window.close(), 0)');
    await eventually(() => shell.codes(), (codes) => codes.includes('WINDOW_LOST'), 'the loss of the window');
    await eventually(() => inPage<string>(shell, "document.querySelector('#mode').textContent"), (mode) => mode === 'kiosk', 'the window again');
    expect(await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  it('the page gets the keys of its screens and none that reload, close, print, search or inspect', async () => {
    await inPage(shell, `${seenKeys}, document.querySelector('#field').focus()`);
    for (const [key, ...modifiers] of [['r', 'control'], ['r', 'control', 'shift'], ['i', 'control', 'shift'], ['w', 'control'], ['q', 'control'], ['p', 'control'], ['F4', 'alt'], ['F11'], ['F12'], ['Left', 'alt'], ['-', 'control'], ['0', 'control']] as const) await press(shell, key, modifiers);
    await press(shell, 'F5');
    await press(shell, 'F8');
    await press(shell, 'Space');
    const keys = await eventually(() => inPage<string[]>(shell, 'keys'), (all) => all.includes('Space'), 'the space bar');
    expect(keys.filter((key) => !['ControlLeft', 'AltLeft', 'ShiftLeft'].includes(key))).toEqual(['F5', 'F8', 'Space']);
    expect(await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.isDevToolsOpened())).toBe(false);
  });

  it('the wheel with Ctrl and two fingers do not zoom', async () => {
    const scale = (): Promise<unknown> => inPage(shell, '[visualViewport.scale, devicePixelRatio, innerWidth]');
    const before = await scale();
    const page = shell.app.windows().at(-1)!;
    const input = await page.context().newCDPSession(page);
    await input.send('Input.synthesizePinchGesture', { x: 200, y: 200, scaleFactor: 2 });
    for (let i = 0; i < 5; i++) await input.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x: 100, y: 100, deltaX: 0, deltaY: -120, modifiers: 2 });
    expect(await scale()).toEqual(before);
  });

  it('Ctrl+Alt+Shift+E asks the page for its leave screen', async () => {
    await press(shell, 'E', ['control', 'alt', 'shift']);
    await eventually(() => inPage<string[]>(shell, 'heard.hosts'), (hosts) => hosts.includes('leave-requested'), 'leave-requested');
    expect(await inPage(shell, 'keys')).not.toContain('KeyE');
  });

  it('the screen stays on', async () => {
    expect(await shell.app.evaluate(({ powerSaveBlocker }) => powerSaveBlocker.isStarted(0) || powerSaveBlocker.isStarted(1))).toBe(true);
  });

  it('a second start ends at once and brings the first to the front', async () => {
    const second = await prepareElectron({ appFolder: app.folder, args: [`--data=${shell.data}`], env: { RESIDENCE_CARD_SERVICE: smallService, DISPLAY: shell.env['DISPLAY']! } });
    try {
      const child = spawnElectron(second);
      expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
      await eventually(() => shell.codes(), (codes) => codes.includes('HOST_SECOND_INSTANCE'), 'the first to be told');
      expect(shell.codes().filter((code) => code === 'SERVICE_STARTED')).toHaveLength(1);
    } finally {
      await second.remove();
    }
  });
});

it('an ordinary window may be closed, and the service ends first', async () => {
  const shell = await openShell(app.folder, { args: ['--windowed'] });
  try {
    expect(await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isKiosk())).toBe(false);
    const over = ended(shell);
    await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
    expect(await over).toBe(0);
    expect(shell.heard().at(-1)).toMatchObject({ stopped: true });
  } finally {
    await shell.close();
  }
}, 60_000);

it('without a renderer the plain page stands, and it can be ended', async () => {
  const bare = shellApp();
  const { rmSync } = await import('node:fs');
  rmSync(`${bare.folder}/dist/renderer`, { recursive: true });
  const run = await launchElectron({ appFolder: bare.folder, env: { RESIDENCE_CARD_SERVICE: smallService } });
  try {
    await eventually(() => run.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getURL()), (url) => url === 'app://residence-card/host/fallback.html', 'the plain page', 20_000);
    expect(await inPage(run, "document.querySelector('.code').textContent")).toBe('PAGE_FALLBACK');
    expect(hostLog(run.data).some((line) => line.code === 'PAGE_FALLBACK')).toBe(true);
  } finally {
    await run.close();
    bare.remove();
  }
}, 60_000);
