/** What ESLint's rules know of a component: that it is one. vue-tsc reads the file itself and knows its props. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue';

  const component: DefineComponent;
  export { component as default };
}
