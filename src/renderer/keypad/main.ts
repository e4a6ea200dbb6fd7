/**
 * The holder's keypad: a page of its own beside the clerk's, with nothing of it: no store, no call, no state of the terminal. It hears what is asked and answers with six digits or
 * that the holder gave up. Nothing is kept: not the digits, not the language.
 */
import '@fontsource/noto-sans-sc/400.css';
import '@fontsource/noto-sans-sc/600.css';
import '../design/fonts.css';
import '../design/tokens.css';
import '../design/base.css';
import { createApp } from 'vue';
import { newI18n } from '../i18n/index.js';
import { browserPorts } from '../link/web-socket-link.js';
import { electronKeypad, webSocketKeypad } from './keypad-link.js';
import KeypadPage from './keypad-page.vue';

const link = window.residenceCardKeypad === undefined ? webSocketKeypad(browserPorts(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/keypad`)) : electronKeypad(window.residenceCardKeypad);
createApp(KeypadPage, { link }).use(newI18n('zh-CN')).mount('#app');
