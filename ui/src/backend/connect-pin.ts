import { isTauri } from '@tauri-apps/api/core';
import type { PinBackend } from './backend';
import { tauriPinBackend } from './tauri-pin';

/** The backend of the PIN window. */
export async function connectPin(): Promise<PinBackend> {
  // A build-time condition, written out here so that the shipped program holds no invented record (vite/no-fixture.ts).
  if ((import.meta.env.DEV || import.meta.env.MODE === 'fixture') && !isTauri()) return (await import('./fixture/pin')).fixturePinBackend();
  return tauriPinBackend;
}
