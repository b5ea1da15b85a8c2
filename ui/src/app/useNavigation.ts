import { useMemo, useState } from 'react';
import type { Session, SubjectRef } from '../backend/contract';
import { isOpenPlace, type Place, type Places } from '../shared/session/places';
import { useTrail } from '../shared/session/trail';

/** The place that may be shown: private ones only with a session. */
function placeFor(place: Place, signedIn: boolean): Place {
  if (signedIn) return place.page === 'welcome' && !place.first ? { page: 'home' } : place;
  return isOpenPlace(place) ? place : { page: 'welcome' };
}

/** Where the person is, and on whose behalf. `moved` counts the moves, so that the focus follows them and nothing else. */
export function useNavigation(session: Session | null): Places & { moved: number } {
  const { place, from, go, back, forward, restart } = useTrail({ page: 'welcome' });
  const [subject, setSubject] = useState<SubjectRef | null>(null);
  const [moved, setMoved] = useState(0);
  const [wanted, setWanted] = useState<Place | null>(null);
  const person = session?.code ?? null;

  // A new session starts at home, or at the page that was asked for before it; without one only open pages remain.
  const [seen, setSeen] = useState<string | null>(null);
  if (seen !== person) {
    setSeen(person);
    setSubject(null);
    setWanted(null);
    restart(person ? (wanted ?? { page: 'home' }) : placeFor(place, false));
  }
  return useMemo(() => {
    const move = (act: () => void) => {
      setMoved((count) => count + 1);
      act();
    };
    return {
      moved,
      place: placeFor(place, person !== null),
      from,
      subject,
      go: (next) => {
        setWanted(person === null && !isOpenPlace(next) ? next : null);
        move(() => go(next));
      },
      back: () => move(back),
      forward: () => move(forward),
      actFor: (company) =>
        move(() => {
          setSubject(company);
          restart(company ? { page: 'register', register: 'business' } : { page: 'home' });
        }),
    };
  }, [moved, place, from, person, subject, go, back, forward, restart]);
}
