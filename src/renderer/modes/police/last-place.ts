import { ref } from 'vue';

/** Where the last operation of this session took place: in the page's memory alone. */
export const lastPlace = ref('');
