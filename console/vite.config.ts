import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// All that is needed of Node's types.
declare const process: { env: Record<string, string | undefined> };

// The kit's parts that the shell and every list need.
const components = [
  'Alert', 'Badge', 'Button', 'Checkbox', 'Divider', 'Drawer', 'Dropdown', 'EmptyState', 'Icon',
  'Label', 'Masthead', 'Menu', 'MenuToggle', 'Nav', 'Page', 'Pagination', 'Popper',
  'Select', 'Skeleton', 'SkipToContent', 'Spinner', 'Tabs', 'Table', 'TextInputGroup', 'Title', 'Toolbar', 'Tooltip',
  'TextInput', 'FormControl',
];
const firstLoad = new RegExp(
  // Lists without an end, and several questions at once: single pages ask like that.
  '^(?!.*(nfiniteQuery|ueries(Observer)?\\.js))'
  + `.*node_modules/(react|react-dom|scheduler|wouter|regexparam|use-sync-external-store|@tanstack|tslib)/`
  + `|@patternfly/react-(core|styles|table)/.*/(${components.join('|')})/(?!HeaderCellInfoWrapper)`);

const instead = (file: string) => new URL(`src/components/${file}`, import.meta.url).pathname;

// Where `npm run dev` finds a server; its certificate is of the server's own CA, so it is not checked here.
const server = process.env.STRONGROOM_URL ?? 'https://127.0.0.1:8443';
const forwarded = { target: server, secure: false };

export default defineConfig({
  plugins: [react()],
  resolve: {
    // Parts of the kit's table that would make the first load of every list bigger than their use.
    alias: [
      { find: 'lodash/mergeWith', replacement: instead('mergeWith.ts') },
      { find: './HeaderCellInfoWrapper', replacement: instead('HeaderCellInfoWrapper.ts') },
      { find: '../../HeaderCellInfoWrapper', replacement: instead('HeaderCellInfoWrapper.ts') },
    ],
  },
  server: { proxy: { '/api': forwarded, '/connect': forwarded, '/OAuthCallback': forwarded } },
  build: {
    outDir: '../build/console/dist',
    emptyOutDir: true,
    // The policy allows no data: addresses, not even for a tiny icon.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    // What every page needs, in one file: it compresses better, and stays in the browser's cache when only the console changes.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'kit', test: firstLoad },
          ],
        },
      },
    },
  },
});
