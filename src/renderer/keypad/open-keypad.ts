/**
 * The holder's keypad beside this page. In Electron the host opens it by itself when the service asks something of the holder; in a browser the clerk opens it once, in a
 * window of its own, and moves it to the screen that the holder sees.
 */

/** True where the host opens it: there is nothing to press. */
export const keypadOpensItself = (): boolean => window.residenceCard !== undefined;

/** Opens it, or brings it to the front. False: the browser did not let it. To be called from a press. */
export const openKeypad = (): boolean => {
  if (keypadOpensItself()) return true;
  const opened = window.open(new URL('./keypad.html', location.href.split('#')[0]).href, 'residence-card-keypad', 'popup,width=900,height=700');
  opened?.focus();
  return opened !== null;
};
