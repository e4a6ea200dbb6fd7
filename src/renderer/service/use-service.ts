import { inject, type InjectionKey } from 'vue';
import type { Service } from './store.js';

export const serviceKey: InjectionKey<Service> = Symbol('service');

/** The page's service, inside a component's setup. */
export const useService = (): Service => {
  const service = inject(serviceKey);
  if (service === undefined) throw new Error('no service was provided');
  return service;
};
