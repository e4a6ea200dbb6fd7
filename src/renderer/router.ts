import { createRouter, createWebHashHistory, type Router, type RouteRecordRaw } from 'vue-router';
import type { Key } from './i18n/index.js';
import { detour } from './modes/common/destination.js';
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
const components: Partial<Record<ScreenName, Load>> = {
  'sign-in': () => import('./modes/common/sign-in-screen.vue'),
  ...policeScreens,
};

/** The address lives behind `#`: it is the same under a scheme of the app's own and at a loopback address, and the host serves one page only. */
export const newRouter = (service: Service): Router => {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      ...screens.flatMap(({ name, path, titleKey }): RouteRecordRaw[] => {
        const component = components[name];
        return component === undefined ? [] : [{ name, path, component, meta: { screen: name, titleKey } }];
      }),
      { path: '/:rest(.*)*', redirect: '/' },
    ],
  });
  router.beforeEach((to) => detour(to.meta.screen, service.state.value) ?? true);
  return router;
};
