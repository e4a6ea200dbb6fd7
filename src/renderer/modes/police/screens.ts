/** The components of the police screens by the names in `src/renderer/screens.ts`; each is loaded when it is first shown. */
export const policeScreens = {
  police: () => import('./check-screen.vue'),
  'police-look-up': () => import('./look-up-screen.vue'),
  'police-history': () => import('./history-screen.vue'),
};
