import { useSyncExternalStore } from 'react';

const ask = (query: string): MediaQueryList | null => (typeof window.matchMedia === 'function' ? window.matchMedia(query) : null);

/** True while the window answers this media query. */
export function useMatches(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = ask(query);
      media?.addEventListener('change', changed);
      return () => media?.removeEventListener('change', changed);
    },
    () => ask(query)?.matches ?? false,
  );
}
