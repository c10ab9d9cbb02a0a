import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const onlyOrSkip = (name) => ({
  selector: `MemberExpression[object.name=/^(describe|test|it|suite)$/][property.name="${name}"]`,
  message: `.${name} hides tests from everyone else: remove it. What a machine lacks is skipped with test.skipIf and a line that says why.`,
});

export default ts.config(
  { ignores: ['.cache/', '.svelte-kit/', 'build/', 'data/', 'src/paraglide/', 'test-results/', 'playwright-report/'] },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      'no-debugger': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme'] }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name="catch"] > ArrowFunctionExpression[body.body.length=0]',
          message: 'A swallowed error is a defect: handle it, log it, or say in code which error is expected here.',
        },
      ],
      // Addresses are built by the slices, which know their own shape.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  {
    // The replica's state is raw and replaced as a whole: reactive collections would make every record a proxy.
    files: ['src/replica/**/*.svelte.ts'],
    rules: { 'svelte/prefer-svelte-reactivity': 'off' },
  },
  {
    files: ['**/*.test.ts', 'tests/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', onlyOrSkip('only'), onlyOrSkip('skip'), onlyOrSkip('todo')] },
  },
  {
    // Commands speak to the terminal.
    files: ['bin/**', 'bench/**', 'sync-server/cli/**'],
    rules: { 'no-console': 'off' },
  },
);
