import type { TextKey } from '../../i18n/keys';

/** What a shortcut does. */
export type ShortcutId =
  | 'home'
  | 'health'
  | 'tax'
  | 'business'
  | 'check'
  | 'settings'
  | 'back'
  | 'forward'
  | 'search'
  | 'status'
  | 'print'
  | 'undo'
  | 'help'
  | 'keys';

/** Keys pressed together. `code` is the place on the keyboard, for letters and digits that a layout moves. */
export interface Combo {
  alt?: boolean;
  ctrl?: boolean;
  key?: string;
  code?: string;
}

/** One line of the keyboard map. */
export interface Shortcut {
  id: ShortcutId | 'tab' | 'enter' | 'arrows' | 'close';
  group: 'go' | 'do' | 'move';
  /** As drawn, one word per key. */
  drawn: readonly string[];
  says: TextKey;
  /** Left out where the element that has the focus answers by itself. */
  combo?: Combo;
  /** A character alone: sleeps while typing, and can be switched off. */
  single?: boolean;
}

const page = (id: ShortcutId, digit: number): Shortcut => ({
  id,
  group: 'go',
  drawn: ['Alt', String(digit)],
  says: `keys.${id as 'home'}`,
  combo: { alt: true, code: `Digit${digit}` },
});

/** Every shortcut there is. The window listens by this table and the keyboard map is drawn from it, so they cannot differ. */
export const SHORTCUTS: readonly Shortcut[] = [
  page('home', 1),
  page('health', 2),
  page('tax', 3),
  page('business', 4),
  page('check', 5),
  { id: 'settings', group: 'go', drawn: ['Ctrl', ','], says: 'keys.settings', combo: { ctrl: true, code: 'Comma' } },
  { id: 'back', group: 'go', drawn: ['Alt', '←'], says: 'keys.back', combo: { alt: true, key: 'ArrowLeft' } },
  { id: 'forward', group: 'go', drawn: ['Alt', '→'], says: 'keys.forward', combo: { alt: true, key: 'ArrowRight' } },
  { id: 'search', group: 'do', drawn: ['/'], says: 'keys.search', combo: { key: '/' }, single: true },
  { id: 'status', group: 'do', drawn: ['Alt', '0'], says: 'keys.status', combo: { alt: true, code: 'Digit0' } },
  { id: 'print', group: 'do', drawn: ['Ctrl', 'P'], says: 'keys.print', combo: { ctrl: true, code: 'KeyP' } },
  { id: 'undo', group: 'do', drawn: ['Ctrl', 'Z'], says: 'keys.undo', combo: { ctrl: true, code: 'KeyZ' } },
  { id: 'help', group: 'do', drawn: ['F1'], says: 'keys.help', combo: { key: 'F1' } },
  { id: 'keys', group: 'do', drawn: ['?'], says: 'keys.map', combo: { key: '?' }, single: true },
  { id: 'tab', group: 'move', drawn: ['Tab'], says: 'keys.tab' },
  { id: 'enter', group: 'move', drawn: ['Enter'], says: 'keys.enter' },
  { id: 'arrows', group: 'move', drawn: ['←', '→'], says: 'keys.arrows' },
  { id: 'close', group: 'move', drawn: ['Esc'], says: 'keys.close' },
];

/** True when the event is exactly this combination; Shift is free, because some layouts need it for a sign. */
export function matches(combo: Combo, event: KeyboardEvent): boolean {
  if (event.metaKey || event.getModifierState('AltGraph')) return false;
  if (event.altKey !== Boolean(combo.alt) || event.ctrlKey !== Boolean(combo.ctrl)) return false;
  return combo.code !== undefined ? event.code === combo.code : event.key === combo.key;
}

const TYPED = /^(?:text|search|password|email|url|tel|number|date|month|time|week|datetime-local)$/;

/** True where a key press writes: nothing of ours may answer it there. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return TYPED.test(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}
