import { useMemo, useState } from 'react';
import type { Place } from './places';

/** Most steps that *back* remembers. */
const STEPS_MAX = 30;

interface Trail {
  place: Place;
  /** The place left last, whichever way it was left. */
  from: Place | null;
  past: readonly Place[];
  /** Places gone back from, the nearest first. */
  future: readonly Place[];
}

/** Where the person is, where she came from, the way back and the way forward again. */
export function useTrail(start: Place) {
  const [trail, setTrail] = useState<Trail>({ place: start, from: null, past: [], future: [] });
  const moves = useMemo(
    () => ({
      go: (place: Place) => setTrail((now) => ({ place, from: now.place, past: [...now.past, now.place].slice(-STEPS_MAX), future: [] })),
      back: () =>
        setTrail((now) => {
          const place = now.past.at(-1);
          return place ? { place, from: now.place, past: now.past.slice(0, -1), future: [now.place, ...now.future] } : now;
        }),
      forward: () =>
        setTrail((now) => {
          const [place, ...future] = now.future;
          return place ? { place, from: now.place, past: [...now.past, now.place], future } : now;
        }),
      /** Starts anew: what was seen on another's behalf is not gone back to. */
      restart: (place: Place) => setTrail({ place, from: null, past: [], future: [] }),
    }),
    [],
  );
  return { ...trail, ...moves };
}
