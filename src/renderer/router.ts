import { watch } from 'vue';
import { createRouter, createWebHashHistory, type Router, type RouteRecordRaw } from 'vue-router';
import type { ServiceState } from '../contract/index.js';
import type { Key } from './i18n/index.js';
import { detour, expectedMode } from './modes/common/destination.js';
import SignInScreen from './modes/common/sign-in-screen.vue';
import { counterComponents } from './modes/counter/screens.js';
import { policeScreens } from './modes/police/screens.js';
import { screens, type ScreenName } from './screens.js';
import type { Service } from './service/store.js';

declare module 'vue-router' {
  interface RouteMeta {
    readonly screen: ScreenName;
    readonly titleKey: Key;
  }
}

type Load = NonNullable<RouteRecordRaw['component']>;
const components: Record<ScreenName, Load> = {
  home: () => import('./modes/common/home-screen.vue'),
  // Most starts begin here: it comes with the frame.
  'sign-in': SignInScreen,
  setup: () => import('./modes/common/setup-screen.vue'),
  diagnosis: () => import('./modes/common/diagnosis-screen.vue'),
  leave: () => import('./modes/common/leave-screen.vue'),
  failure: () => import('./modes/common/failure-screen.vue'),
  ...counterComponents,
  ...policeScreens,
};

/** The service's state; at the start the first one that it tells. */
const stateOf = async ({ state }: Service): Promise<ServiceState> =>
  state.value ??
  (await new Promise((resolve) => {
    const stop = watch(state, (told) => {
      if (told === null) return;
      stop();
      resolve(told);
    });
  }));

/** The address lives behind `#`: it is the same under a scheme of the app's own and at a loopback address, and the host serves one page only. */
export const newRouter = (service: Service): Router => {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      ...screens.map(({ name, path, titleKey }): RouteRecordRaw => ({ name, path, component: components[name], meta: { screen: name, titleKey } })),
      { path: '/:rest(.*)*', redirect: '/' },
    ],
  });
  router.beforeEach(async (to) => (service.state.value === null && expectedMode(to) !== null) || (detour(to.meta.screen, await stateOf(service)) ?? true));
  return router;
};
