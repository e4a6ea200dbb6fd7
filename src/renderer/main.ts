/**
 * The renderer: what is on the screen, in a sandboxed page without Node. It speaks to the service through the contract alone, over Electron's preload or over a WebSocket,
 * and holds no rule of the permit: it shows what it is told, in Chinese and English.
 */
import '@fontsource/noto-sans-sc/400.css';
import '@fontsource/noto-sans-sc/600.css';
import './design/fonts.css';
import 'element-plus/theme-chalk/base.css';
import './design/tokens.css';
import './design/element-plus.css';
import './design/base.css';
import { createApp, watch } from 'vue';
import App from './app.vue';
import { applyLook, look } from './design/look.js';
import { newI18n } from './i18n/index.js';
import { checkedLink } from './link/checked-link.js';
import { electronLink } from './link/electron-link.js';
import { browserPorts, webSocketAddress, webSocketLink } from './link/web-socket-link.js';
import { newRouter } from './router.js';
import { broken } from './service/broken.js';
import { createService } from './service/store.js';
import { serviceKey } from './service/use-service.js';

applyLook(document.documentElement);
const i18n = newI18n(look.language);
watch(
  () => look.language,
  (language) => {
    i18n.global.locale.value = language;
  },
);

const bridge = window.residenceCard;
const link = checkedLink(bridge === undefined ? webSocketLink(browserPorts(webSocketAddress(location))) : electronLink(bridge), { load: () => import('./link/schemas.js'), byHost: bridge !== undefined });
const service = createService({ link, uuid: () => crypto.randomUUID() });

const router = newRouter(service);
const app = createApp(App);
// A fault of the page is shown, not written anywhere: what it says might name a person.
const breakDown = (event?: Event): void => {
  event?.preventDefault();
  broken.value = true;
};
app.config.errorHandler = () => breakDown();
router.onError(() => breakDown());
window.addEventListener('error', breakDown);
window.addEventListener('unhandledrejection', breakDown);

app.use(i18n).use(router).provide(serviceKey, service).mount('#app');
