import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const FEATURES = ['citizen', 'business', 'verify'];
const tauri = { group: ['@tauri-apps/*'], message: 'Only src/backend/ talks to Tauri.' };
const library = { group: ['@digdir/designsystemet-*'], message: 'Only src/ds/ uses the component library; import from src/ds.' };
const backendInside = {
  group: ['**/backend/tauri*', '**/backend/fixture/*', '**/backend/types/*'],
  message: 'Import the contract and the Backend interface, not what stands behind them.',
};
const features = { group: ['**/features/**'], message: 'Shared parts know no feature.' };
const others = (own) => ({
  group: FEATURES.filter((name) => name !== own).map((name) => `**/${name}/**`),
  message: 'Features do not import each other; what two need goes to src/shared/.',
});
const forbid = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

export default tseslint.config(
  { ignores: ['eslint.config.js', 'dist', 'dist-fixture', 'node_modules', 'src/backend/types', 'src/theme/types.d.ts'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  reactHooks.configs.flat['recommended-latest'],
  {
    languageOptions: { globals: globals.browser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-globals': ['error', { name: 'navigator', message: 'Languages and formats are passed explicitly; see src/i18n.' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'Record text is always text.' },
        { selector: 'JSXAttribute[name.name="style"]', message: 'Styles stand in src/theme.' },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': 'off',
    },
  },
  { files: ['src/**/*.{ts,tsx}'], rules: forbid(tauri, library, backendInside) },
  { files: ['src/{shared,charts,ds,i18n,pin}/**/*.{ts,tsx}'], rules: forbid(tauri, library, backendInside, features) },
  { files: ['src/ds/**/*.{ts,tsx}'], rules: forbid(tauri, backendInside, features) },
  ...FEATURES.map((name) => ({
    files: [`src/features/${name}/**/*.{ts,tsx}`],
    rules: forbid(tauri, library, backendInside, others(name)),
  })),
  { files: ['src/backend/**/*.{ts,tsx}'], rules: forbid(library, features) },
  // what a command rejects with is an ErrorInfo, not an Error
  { files: ['src/backend/fixture/**'], rules: { '@typescript-eslint/prefer-promise-reject-errors': 'off' } },
  { files: ['src/test/**', 'src/**/*.test.{ts,tsx}'], rules: { ...forbid(tauri, library), '@typescript-eslint/unbound-method': 'off' } },
);
