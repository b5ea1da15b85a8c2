import type { Settings } from './contract';

/** The settings that the program hands the window before its first frame (src-tauri/first_frame.rs); `null` when it must ask. */
export function settingsAtStart(): Settings | null {
  return (globalThis as { __TOEND_SETTINGS__?: Settings }).__TOEND_SETTINGS__ ?? null;
}
