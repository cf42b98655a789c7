import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    // Nothing is put into the page itself: its policy lets no script or style in that is not a file of ours.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    // These know light-dark(): what stands in for it elsewhere does not see which scheme the page has.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // Half of it is the library of components, which every page needs.
    chunkSizeWarningLimit: 700,
  },
  server: {
    // `npm run dev -w web` beside a running service.
    proxy: Object.fromEntries(
      ['/app', '/api', '/docs', '/openapi.json'].map((path) => [path, 'http://127.0.0.1:3000']),
    ),
  },
});
