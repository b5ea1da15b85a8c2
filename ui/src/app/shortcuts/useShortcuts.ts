import { useEffect, useRef } from 'react';
import { singleKeysOn } from './singleKeys';
import { isTyping, matches, SHORTCUTS, type ShortcutId } from './shortcuts';

/** What to do on each shortcut. `false` leaves the press to the window. */
export type ShortcutActions = Partial<Record<ShortcutId, () => boolean | void>>;

/** Mouse buttons of *back* and *forward*. */
const MOUSE: Record<number, ShortcutId> = { 3: 'back', 4: 'forward' };

/** Listens for the shortcuts. An open dialog keeps the keyboard to itself; a text field keeps characters and its own undo. */
export function useShortcuts(actions: ShortcutActions): void {
  const current = useRef(actions);
  useEffect(() => {
    current.current = actions;
  });
  useEffect(() => {
    const run = (id: ShortcutId, event: Event) => {
      const action = current.current[id];
      if (action && action() !== false) event.preventDefault();
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat || document.querySelector('dialog[open]')) return;
      const found = SHORTCUTS.find(({ combo }) => combo && matches(combo, event));
      if (!found?.combo) return;
      if (isTyping(event.target) && (found.single || found.id === 'undo' || found.id === 'back' || found.id === 'forward')) return;
      if (found.single && !singleKeysOn()) return;
      run(found.id as ShortcutId, event);
    };
    const onMouse = (event: MouseEvent) => {
      const id = MOUSE[event.button];
      if (!id) return;
      event.preventDefault();
      if (event.type === 'mouseup' && !document.querySelector('dialog[open]')) run(id, event);
    };
    document.addEventListener('keydown', onKeyDown);
    document.addEventListener('mousedown', onMouse);
    document.addEventListener('mouseup', onMouse);
    return () => {
      document.removeEventListener('keydown', onKeyDown);
      document.removeEventListener('mousedown', onMouse);
      document.removeEventListener('mouseup', onMouse);
    };
  }, []);
}
