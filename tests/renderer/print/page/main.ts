/**
 * The real print layer and the real `usePrint` in a page that has nothing else: a document of `samples.ts` is printed when a test asks for it. In a browser `window.print` waits for the test, which
 * prints the page itself; in Electron the host prints.
 */
import '@fontsource/noto-sans-sc/400.css';
import '@fontsource/noto-sans-sc/600.css';
import '../../../../src/renderer/design/fonts.css';
import '../../../../src/renderer/design/tokens.css';
import '../../../../src/renderer/design/base.css';
import { createApp, defineComponent, h, onErrorCaptured } from 'vue';
import type { Paper } from '../../../../src/contract/index.js';
import { newI18n } from '../../../../src/renderer/i18n/index.js';
import { electronLink } from '../../../../src/renderer/link/electron-link.js';
import type { Link } from '../../../../src/renderer/link/link.js';
import { printJob } from '../../../../src/renderer/print/print-job.js';
import PrintLayer from '../../../../src/renderer/print/print-layer.vue';
import { usePrint, type PrintUse } from '../../../../src/renderer/print/use-print.js';
import { createService } from '../../../../src/renderer/service/store.js';
import { serviceKey } from '../../../../src/renderer/service/use-service.js';
import { session, state } from '../../service-state.js';
import { samples, type SampleName } from '../samples.js';

/** Tells one state, as a service at a counter would. */
const silentLink: Link = {
  open(listener) {
    listener.link('up');
    listener.event({ event: 'state', state: state({ mode: 'counter', terminal: { id: 'T-0007', name: '样例窗口', environment: 'test' }, session: { ...session, id: 'W-017', role: 'operator' } }) });
  },
  send: () => undefined,
  close: () => undefined,
};

let use: PrintUse | undefined;
let other: PrintUse | undefined;
const faults: string[] = [];
const root = defineComponent({
  setup() {
    use = usePrint();
    other = usePrint();
    onErrorCaptured((error) => {
      faults.push(String(error));
      return false;
    });
    return () => [h('h1', 'the screen'), printJob.value === null ? null : h(PrintLayer, { job: printJob.value })];
  },
});

if (window.residenceCard === undefined) {
  window.print = () => {
    document.documentElement.dataset['printing'] = 'true';
  };
  window.addEventListener('afterprint', () => Reflect.deleteProperty(document.documentElement.dataset, 'printing'));
}

const link = window.residenceCard === undefined ? silentLink : electronLink(window.residenceCard);
const service = createService({ link, uuid: () => crypto.randomUUID() });
createApp(root).use(newI18n('zh-CN')).provide(serviceKey, service).mount('#app');

Object.assign(globalThis, {
  faults,
  printSample: async (name: SampleName, paper?: Paper, to: 'printer' | 'pdf' = 'printer') => {
    await use?.print(samples[name], { to, ...(paper === undefined ? {} : { paper }) });
    return use?.failure.value?.code ?? 'printed';
  },
  /** Two parts of a screen print, the first of them twice. */
  printBoth: async (one: SampleName, another: SampleName) => {
    await Promise.all([use?.print(samples[one]), use?.print(samples[one]), other?.print(samples[another])]);
    return [use?.failure.value?.code ?? 'printed', other?.failure.value?.code ?? 'printed'];
  },
});
