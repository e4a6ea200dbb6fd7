import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'vite';

/** One CommonJS file with everything in it: the packed app needs no node_modules. `node20` is what Electron 45 and later have; Electron 25 has Node 18. */
export const bundle = (name: 'main' | 'preload' | 'keypad-preload'): UserConfig => ({
  root: fileURLToPath(new URL('.', import.meta.url)),
  logLevel: 'warn',
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node18',
    outDir: fileURLToPath(new URL('../dist/electron', import.meta.url)),
    emptyOutDir: false,
    minify: true,
    rolldownOptions: {
      input: { [name]: fileURLToPath(new URL(`${name}.ts`, import.meta.url)) },
      external: ['electron', /^node:/, ...builtinModules],
      output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name].cjs' },
      // A schema is in the file that needs it, not in the one that starts.
      treeshake: { moduleSideEffects: [{ test: /src\/contract\//, sideEffects: false }] },
    },
  },
});

export default defineConfig(bundle('main'));
