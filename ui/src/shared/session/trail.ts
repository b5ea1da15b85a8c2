import { useMemo, useState } from 'react';
import type { Place } from './places';

/** Most steps that *back* remembers. */
const STEPS_MAX = 30;

interface Trail {
  place: Place;
  /** The place left last, whichever way it was left. */
  from: Place | null;
  past: readonly Place[];
}

/** Where the person is, where she came from, and the way back. */
export function useTrail(start: Place) {
  const [trail, setTrail] = useState<Trail>({ place: start, from: null, past: [] });
  const moves = useMemo(
    () => ({
      go: (place: Place) => setTrail((now) => ({ place, from: now.place, past: [...now.past, now.place].slice(-STEPS_MAX) })),
      back: () =>
        setTrail((now) => {
          const place = now.past.at(-1);
          return place ? { place, from: now.place, past: now.past.slice(0, -1) } : now;
        }),
      /** Starts anew: what was seen on another's behalf is not gone back to. */
      restart: (place: Place) => setTrail({ place, from: null, past: [] }),
    }),
    [],
  );
  return { ...trail, ...moves };
}
