import { onBeforeUnmount, onMounted, readonly, shallowRef } from 'vue';

const writings = shallowRef(0);

/** More than none: a card is being written on this screen, and no key leads away from it. */
export const cardsInHand = readonly(writings);

/** Inside the setup of what shows a card that is being written. */
export const holdScreen = (): void => {
  onMounted(() => (writings.value += 1));
  onBeforeUnmount(() => (writings.value -= 1));
};
