import { describe, expect, it } from 'vitest';
import { ArgumentError, readArguments, serviceArguments, writeArguments } from '../../electron/app-arguments.js';
import { asksToLeave, isBlocked, type KeyPress } from '../../electron/keys.js';

describe("the app's arguments", () => {
  it('are found among switches of Electron, in both forms, the last one counting', () => {
    expect(readArguments(['--inspect=0', '--no-pings', '--data', '/a', '--mode=counter', '--mode', 'kiosk', '--tray=http://127.0.0.1:1/', 'more'], undefined)).toEqual({
      data: '/a', mode: 'kiosk', pcsc: undefined, tray: 'http://127.0.0.1:1/', keyStore: undefined, windowed: false, printers: {}, autoStart: undefined,
    });
  });

  it('come from the environment first', () => {
    expect(readArguments(['--mode=police'], '["--mode=counter","--windowed","--data=/b"]')).toMatchObject({ mode: 'police', windowed: true, data: '/b' });
  });

  it.each([[['--mode=clerk'], undefined], [['--data'], undefined], [['--auto-start=maybe'], undefined], [[], '{"mode":"counter"}'], [[], '[1]']])('refuse %j %s', (argv, environment) => {
    expect(() => readArguments(argv, environment)).toThrow(ArgumentError);
  });

  it('written and read again are the same; the service gets its own', () => {
    const args = readArguments(['--data=/a b', '--mode=counter', '--pcsc=/s', '--tray=http://127.0.0.1:1/', '--key-store=/k', '--windowed', '--printer-a4=Hall A4', '--printer-roll', 'Roll', '--printer-card=Card'], undefined);
    expect(args.printers).toEqual({ a4: 'Hall A4', 'roll-80': 'Roll', 'id-1': 'Card' });
    expect(readArguments(writeArguments(args), undefined)).toEqual(args);
    expect(serviceArguments(args, '/a b')).toEqual(['--data', '/a b', '--mode', 'counter', '--pcsc', '/s', '--tray', 'http://127.0.0.1:1/', '--key-store', '/k']);
  });
});

describe('keys', () => {
  const press = (code: string, ...held: ('control' | 'alt' | 'shift' | 'meta')[]): KeyPress => ({ type: 'keyDown', key: code, code, control: held.includes('control'), alt: held.includes('alt'), shift: held.includes('shift'), meta: held.includes('meta') });

  it('Ctrl+Alt+Shift+E and no less asks for the way out', () => {
    expect(asksToLeave(press('KeyE', 'control', 'alt', 'shift'))).toBe(true);
    for (const held of [['control', 'alt'], ['control', 'shift'], ['alt', 'shift'], []] as const) expect(asksToLeave(press('KeyE', ...held))).toBe(false);
  });

  it('an ordinary window may be closed by keys, a kiosk may not', () => {
    for (const key of [press('F4', 'alt'), press('KeyW', 'control'), press('KeyQ', 'control'), press('F11')]) expect([isBlocked(key, true), isBlocked(key, false)]).toEqual([true, false]);
  });

  it('the keys of the screens and of writing stay', () => {
    for (const key of [press('F1'), press('F5'), press('F8'), press('F9'), press('Space'), press('Enter', 'control'), press('ArrowUp', 'alt'), press('KeyC', 'control'), press('KeyV', 'control'), press('KeyZ', 'control'), press('KeyA', 'control')]) expect(isBlocked(key, true)).toBe(false);
  });
});
