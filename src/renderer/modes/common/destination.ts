import type { RouteLocationNormalized } from 'vue-router';
import type { ServiceState, TerminalMode } from '../../../contract/index.js';
import { screens, type ScreenName } from '../../screens.js';

export interface Destination {
  readonly name: ScreenName;
  readonly params?: { readonly code: string };
}

/** The mode of a sign-in that the host is certain of (electron/first-screen.ts): it is drawn before the service told its state, which then decides. Null: of no other page. */
export const expectedMode = ({ name, query }: Pick<RouteLocationNormalized, 'name' | 'query'>): TerminalMode | null => (name === 'sign-in' && query.mode === 'police' ? 'police' : null);

/** Where a mode begins. */
export const homeOf = (state: Pick<ServiceState, 'mode'>): ScreenName => (state.mode === 'kiosk' ? 'home' : state.mode);

/**
 * Where the page really goes when `wanted` is asked for; null: there. A fault comes first, then the enrolment, then the sign-in; a screen of another mode leads to the
 * beginning of this one.
 */
export const detour = (wanted: ScreenName, state: ServiceState): Destination | null => {
  const screen = screens.find(({ name }) => name === wanted);
  if (screen === undefined) return null;
  const go = (name: ScreenName): Destination | null => (name === wanted ? null : { name });
  if (screen.access === 'always' && wanted !== 'setup') return null;
  if (state.fault !== null) return { name: 'failure', params: { code: state.fault.code } };
  if (state.terminal === null) return go('setup');
  if (state.signInRequired && state.session === null) return go('sign-in');
  if (wanted === 'setup' || wanted === 'sign-in') return go(homeOf(state));
  return (screen.modes as readonly string[]).includes(state.mode) ? null : go(homeOf(state));
};
