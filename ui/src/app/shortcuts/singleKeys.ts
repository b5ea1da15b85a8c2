const KEY = 'toend.single-keys';

/** Shortcuts of one character can be switched off, for those who speak to their computer (WCAG 2.1.4). */
export function singleKeysOn(): boolean {
  try {
    return window.localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

/** Remembers the choice in this window's own store; nothing about a person is in it. */
export function switchSingleKeys(on: boolean): void {
  try {
    if (on) window.localStorage.removeItem(KEY);
    else window.localStorage.setItem(KEY, 'off');
  } catch {
    // a window without a store keeps them on
  }
}
