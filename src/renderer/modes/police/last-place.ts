import { ref } from 'vue';

/** Where the last operation of this desk took place, whoever chose it: in the page's memory alone. */
export const lastPlace = ref('');
