/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { maskFiles } from './vite/mask-files.ts';
import { noFixture } from './vite/no-fixture.ts';

export default defineConfig({
  plugins: [react(), maskFiles(), noFixture()],
  server: { port: 5173, strictPort: true },
  build: {
    target: 'safari17.5',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rollupOptions: { input: { main: 'index.html', pin: 'pin.html' } },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/test/setup.ts'],
    css: false,
    testTimeout: 30_000,
    include: ['src/**/*.test.{ts,tsx}'],
  },
});
