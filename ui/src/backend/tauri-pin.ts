import { invoke } from '@tauri-apps/api/core';
import type { PinBackend } from './backend';
import { subscribe } from './events';

/** The PIN window's three commands and one event. */
export const tauriPinBackend: PinBackend = {
  pinContext: () => invoke('pin_context'),
  pinSubmit: (pin) => invoke('pin_submit', { pin }),
  pinCancel: () => invoke('pin_cancel'),
  onPinChanged: (listener) => subscribe('pin-changed', listener),
};
