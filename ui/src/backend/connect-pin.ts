import { isTauri } from '@tauri-apps/api/core';
import type { PinBackend } from './backend';
import { fixtureAllowed } from './fixture-allowed';
import { tauriPinBackend } from './tauri-pin';

/** The backend of the PIN window. */
export async function connectPin(): Promise<PinBackend> {
  if (fixtureAllowed && !isTauri()) return (await import('./fixture/pin')).fixturePinBackend();
  return tauriPinBackend;
}
