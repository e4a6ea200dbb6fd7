import { defineConfig } from 'vite';
import { bundle } from './vite.main.config.js';

export default defineConfig(bundle('keypad-preload'));
