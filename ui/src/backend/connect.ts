import { isTauri } from '@tauri-apps/api/core';
import type { Backend } from './backend';
import { fixtureAllowed } from './fixture-allowed';
import { tauriBackend } from './tauri';

/** The backend of the main window. */
export async function connect(): Promise<Backend> {
  if (fixtureAllowed && !isTauri()) return (await import('./fixture/main')).fixtureBackend();
  return tauriBackend;
}
