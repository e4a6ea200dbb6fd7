import vueI18n from '@intlify/eslint-plugin-vue-i18n';
import { defineConfig, globalIgnores } from 'eslint/config';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';

/**
 * Every rule is an error: a rule that only warns is read by nobody. Rules that fight the style of this house are off, with the reason beside them.
 */
export default defineConfig(
  globalIgnores(['dist/', 'node_modules/', 'coverage/', '.data/', 'electron/**/*.html']),
  { linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true } },
  {
    files: ['**/*.vue'],
    extends: [vue.configs['flat/recommended']],
    rules: {
      // How templates are broken into lines is nobody's business here.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['error', { html: { void: 'always' } }],
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-props-declaration': ['error', 'type-based'],
      'vue/define-emits-declaration': ['error', 'type-based'],
      // Blocked by the content security policy when the browser parses them.
      'vue/no-static-inline-styles': 'error',
      'vue/no-v-html': 'error',
      // Destructured props stay reactive, with their defaults in the language's own form.
      'vue/require-default-prop': 'off',
    },
  },
  {
    // Words stand in src/renderer/i18n, where the compiler compares the languages.
    files: ['src/renderer/**/*.vue'],
    plugins: { '@intlify/vue-i18n': vueI18n },
    rules: { '@intlify/vue-i18n/no-raw-text': ['error', { ignorePattern: '^[\\s·:：/()（）–—…%]+$', attributes: { '/^[a-z]/': ['aria-label', 'title', 'placeholder', 'alt'], '/^[A-Z]/': ['aria-label', 'words', 'label', 'hint', 'placeholder'] } }] },
  },
  {
    files: ['**/*.{ts,vue}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['vitest.config.ts', 'src/renderer/vite.config.ts'] }, extraFileExtensions: ['.vue'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Numbers in messages are what messages are for.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `() => emitter.on(…)` and `return void work()` are plain enough.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Ports promise a Promise whatever the implementation needs; Fastify's handlers too.
      '@typescript-eslint/require-await': 'off',
      // node:test-like helpers and schema columns are called with the same type twice on purpose.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Reads of index signatures are checked by noUncheckedIndexedAccess; the rule misreads that.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
      // A code such as 'CARD_REMOVED' is thrown inside its Error class; anything else thrown is a bug.
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // The parser of templates hands scripts on; its place is after the rules for TypeScript, which name their own parser.
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser } },
    // Vue's type of destructured props has them all, with or without a default.
    rules: { '@typescript-eslint/no-useless-default-assignment': 'off' },
  },
  {
    files: ['**/*.{ts,vue,js,mjs,cjs}'],
    rules: {
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      'no-debugger': 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      'no-constant-binary-expression': 'error',
      'no-self-compare': 'error',
      'no-unreachable-loop': 'error',
      'no-unsafe-finally': 'error',
      'default-case-last': 'error',
      'object-shorthand': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'] }],
      'no-restricted-imports': ['error', { patterns: [{ group: ['**/utils', '**/utils.js', '**/helpers.js'], message: 'Name the file by what it holds.' }] }],
    },
  },
  {
    files: ['src/**/*.{ts,vue}', 'drivers/**/*.ts'],
    rules: {
      // House style: bytes are Uint8Array in every signature; Buffer is Node's and differs in slice().
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ":matches(ExportNamedDeclaration, TSInterfaceDeclaration) > :matches(VariableDeclaration, FunctionDeclaration, TSTypeAliasDeclaration, TSInterfaceBody) TSTypeReference > Identifier[name='Buffer']",
          message: 'Use Uint8Array in types.',
        },
        { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' },
      ],
    },
  },
  {
    // The message compiler reads what a file exports by default, and nothing else; so does Vite.
    files: ['src/renderer/i18n/{zh-CN,en}/*.ts', 'src/renderer/vite.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // A terminal is what these speak to; tests show what they measured.
    files: ['src/cli/**/*.ts', 'tests/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['tests/**/*.ts'],
    rules: {
      // An index that is not there fails the test by itself.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Tests hand in what the types forbid, to see it refused.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
