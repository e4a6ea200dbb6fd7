import { shallowRef } from 'vue';

/** The permit that the card desk is asked to open without a card. Here and not in the address: a number does not stand where addresses are kept. The desk takes it away. */
export const wantedPermit = shallowRef<string | null>(null);
