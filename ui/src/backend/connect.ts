import { isTauri } from '@tauri-apps/api/core';
import type { Backend } from './backend';
import { tauriBackend } from './tauri';

/** The backend of the main window. */
export async function connect(): Promise<Backend> {
  // A build-time condition, written out here so that the shipped program holds no invented record (vite/no-fixture.ts).
  if ((import.meta.env.DEV || import.meta.env.MODE === 'fixture') && !isTauri()) return (await import('./fixture/main')).fixtureBackend();
  return tauriBackend;
}
