import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// All that is needed of Node's types.
declare const process: { env: Record<string, string | undefined> };

// Where `npm run dev` finds a server; its certificate is of the server's own CA, so it is not checked here.
const server = process.env.STRONGROOM_URL ?? 'https://127.0.0.1:8443';
const forwarded = { target: server, secure: false };

export default defineConfig({
  plugins: [react()],
  server: { proxy: { '/api': forwarded, '/connect': forwarded, '/OAuthCallback': forwarded } },
  build: {
    outDir: '../build/console/dist',
    emptyOutDir: true,
    // The policy allows no data: addresses, not even for a tiny icon.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
});
