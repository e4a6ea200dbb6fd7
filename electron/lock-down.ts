/**
 * What no page of this app may do, whatever runs in it: go elsewhere, open a window, embed another page, ask for a permission or a device, download, or speak to any network.
 * Everything here answers no, with one exception: a counter takes photos, so the clerk's page may use the camera, and never the microphone.
 */
import { app, type Session, type WebContents } from 'electron';
import { keypadPage } from '../src/contract/page-policy.js';
import { addressOf, isOwnAddress } from './address.js';
import type { HostLog } from './host-log.js';

const ownSchemes: ReadonlySet<string> = new Set(['app:', 'blob:', 'data:', 'devtools:']);

/** Switches of Chromium before it starts: no name is ever resolved, nothing is sent home, no cache on disk, no zoom by pinch, no history by swipe; verdict tones need no click. */
export const applySwitches = (): void => {
  const on = (name: string, value?: string): void => app.commandLine.appendSwitch(name, value);
  on('host-resolver-rules', 'MAP * ~NOTFOUND');
  on('disable-background-networking');
  on('disable-component-update');
  on('disable-domain-reliability');
  on('no-pings');
  on('disable-http-cache');
  on('disable-gpu-shader-disk-cache');
  on('disable-pinch');
  on('overscroll-history-navigation', '0');
  on('autoplay-policy', 'no-user-gesture-required');
};

/** Switches that open the app to a debugger. */
const debugging = ['remote-debugging-port', 'remote-debugging-pipe', 'remote-debugging-address', 'inspect', 'inspect-brk', 'inspect-port', 'inspect-wait', 'js-flags', 'load-extension', 'disable-web-security', 'no-sandbox'];

export const debuggingAsked = (): boolean => debugging.some((name) => app.commandLine.hasSwitch(name));

/** What Electron says of who asks for a camera or microphone; its two handlers name the same things differently. */
interface Asked {
  readonly permission: string;
  readonly url: string;
  readonly isMainFrame: boolean;
  readonly media: readonly string[];
}

/** The picture alone, for the main frame of the clerk's own page. */
const isCameraOfOurs = ({ permission, url, isMainFrame, media }: Asked): boolean =>
  permission === 'media' && isMainFrame && isOwnAddress(url) && addressOf(url)?.pathname !== keypadPage && media.length > 0 && media.every((kind) => kind === 'video');

/** `camera`: this terminal takes photos (counter mode), and this is the session of its clerk's page. */
export const lockSession = (session: Session, log: HostLog, camera = false): void => {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const media = 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    const allowed = camera && isCameraOfOurs({ permission, url: details.requestingUrl, isMainFrame: details.isMainFrame, media });
    if (allowed) log.write('CAMERA_ALLOWED');
    else log.write('PERMISSION_DENIED', { permission });
    answer(allowed);
  });
  session.setPermissionCheckHandler((_contents, permission, origin, { requestingUrl, isMainFrame, mediaType }) => camera && isCameraOfOurs({ permission, url: requestingUrl ?? origin, isMainFrame, media: mediaType === undefined ? [] : [mediaType] }));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => {
    try {
      answer({});
    } catch {
      // Electron refuses the request and throws besides, since nothing to show was named.
    }
  });
  session.on('will-download', (event) => {
    log.write('DOWNLOAD_DENIED');
    event.preventDefault();
  });
  session.webRequest.onBeforeRequest((details, answer) => {
    const cancel = !ownSchemes.has(addressOf(details.url)?.protocol ?? '');
    if (cancel) log.write('REQUEST_DENIED', { kind: details.resourceType });
    answer({ cancel });
  });
  session.setSpellCheckerEnabled(false);
  void session.setProxy({ mode: 'direct' });
};

/** For every contents, the window's and any that should never come to be. */
export const lockContents = (contents: WebContents, log: HostLog): void => {
  const denyNavigation = (event: { preventDefault: () => void }): void => {
    log.write('NAVIGATION_DENIED');
    event.preventDefault();
  };
  contents.on('will-navigate', denyNavigation);
  contents.on('will-redirect', denyNavigation);
  contents.on('will-frame-navigate', denyNavigation);
  contents.on('will-attach-webview', (event) => {
    log.write('WEBVIEW_DENIED');
    event.preventDefault();
  });
  contents.setWindowOpenHandler(() => {
    log.write('WINDOW_DENIED');
    return { action: 'deny' };
  });
  contents.on('select-bluetooth-device', (event, _devices, choose) => {
    event.preventDefault();
    choose('');
  });
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
};

export const lockApp = (log: HostLog): void => {
  app.on('web-contents-created', (_event, contents) => lockContents(contents, log));
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, answer) => {
    event.preventDefault();
    log.write('CERTIFICATE_DENIED');
    answer(false);
  });
  app.on('select-client-certificate', (event, _contents, _url, _list, answer) => {
    event.preventDefault();
    answer();
  });
  app.on('login', (event) => event.preventDefault());
};
