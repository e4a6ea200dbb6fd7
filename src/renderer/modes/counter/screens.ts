/** The components of the counter screens by the names in `src/renderer/counter-screens.ts`; each is loaded when it is first shown. */
export const counterComponents = {
  counter: () => import('./home-screen.vue'),
  'counter-new': () => import('./new/new-screen.vue'),
  'counter-desk': () => import('./desk/desk-screen.vue'),
  'counter-applications': () => import('./applications-screen.vue'),
  'counter-queue': () => import('./queue-screen.vue'),
  'counter-books': () => import('./books-screen.vue'),
};
