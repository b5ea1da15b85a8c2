/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { helpCodes } from './vite/help-codes.ts';
import { leanPin } from './vite/lean-pin.ts';
import { leanLibrary, wholeLibrary } from './vite/lean-library.ts';
import { maskFiles } from './vite/mask-files.ts';
import { noFixture } from './vite/no-fixture.ts';
import { pinTexts } from './vite/pin-texts.ts';

export default defineConfig(({ mode }) => ({
  plugins: [react(), pinTexts(), helpCodes(), maskFiles(), noFixture(), leanPin(), wholeLibrary()],
  server: { port: 5173, strictPort: true },
  build: {
    target: 'safari17.5',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      // the gallery of parts is for developers: it is no entry of the program
      input: { main: 'index.html', pin: 'pin.html', ...(mode === 'fixture' ? { gallery: 'gallery.html' } : {}) },
      treeshake: { moduleSideEffects: leanLibrary },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/test/setup.ts'],
    css: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    include: ['src/**/*.test.{ts,tsx}'],
  },
}));
