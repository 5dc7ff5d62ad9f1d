import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const typed = { parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] } };

const parametersOnly = 'Write the statement as a tagged template, sql`…`: parameters only.';
const beginsLikeSql = '/^\\s*(select|insert|update|delete|with|merge|set|create|alter|drop|grant|revoke|call|copy|lock|truncate) /';
/** The ways to a statement that was put together: past the tag, by its parts, from a file, or as text that somebody will run. */
const builtStatements = [
  "MemberExpression[property.name='unsafe']",
  "MemberExpression[property.value='unsafe']",
  "ObjectPattern > Property[key.name='unsafe']",
  "CallExpression[callee.object.name=/^(sql|transaction|database|inside)$/][callee.property.name='file']",
  "TSTypeReference[typeName.name='TemplateStringsArray']",
  `:not(TaggedTemplateExpression) > TemplateLiteral[expressions.length>0][quasis.0.value.raw=${beginsLikeSql}]`,
  `BinaryExpression[operator='+'] > Literal[value=${beginsLikeSql}]`,
];

export default ts.config(
  { ignores: ['build/', '.svelte-kit/', '.data/', 'node_modules/', 'src/lib/messages/generated/', 'static/', 'test-results/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.ts', '**/*.svelte.ts'],
    languageOptions: typed,
    rules: {
      'no-undef': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    rules: {
      'no-undef': 'off',
      // The app is served at the root of its origin: there is no base path to resolve.
      'svelte/no-navigation-without-resolve': 'off',
      // Maps and sets are built whole inside $derived and read from then on.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/button-has-type': 'error',
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
    },
  },
  // Components without types, which take a second each: a promise that fails unseen there is what the browser's tests complain of.
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } } },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    // Security: a role can set its own settings, so injected SQL would pass row level security. Parameters only.
    files: ['server/**/*.ts', 'db/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...builtStatements.map((selector) => ({ selector, message: parametersOnly }))] },
  },
  {
    // What orders, lists or finds words does it in the language that is shown.
    files: ['src/lib/**', 'src/routes/**'],
    ignores: ['src/lib/messages/**', '**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: ":not(Property) > Literal[value='en-GB']", message: 'Ask src/lib/messages/locale.ts: the language is a choice.' },
      ],
    },
  },
  {
    files: ['server/start.ts', 'server/dev.ts', 'server/run-until-stopped.ts', 'db/**/*.ts', 'tests/**/*.ts', 'src/service-worker/**'],
    rules: { 'no-console': 'off' },
  },
);
