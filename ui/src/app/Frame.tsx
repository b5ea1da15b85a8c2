import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { SubjectRef } from '../backend/contract';
import { Skip } from '../ds';
import { useTexts } from '../i18n/text';
import { isOpenPlace, PlacesProvider, type Place, type Places } from '../shared/session/places';
import { useSession } from '../shared/session/queries';
import { useTrail } from '../shared/session/trail';
import { LedgerBanner } from './LedgerBanner';
import { Notices } from './Notices';
import { Pages } from './Pages';
import { Rail } from './Rail';
import { StatusLine } from './status/StatusLine';
import { TopBar } from './TopBar';

const MAIN = 'content';

/** The place that may be shown: private ones only with a session. */
function placeFor(place: Place, signedIn: boolean): Place {
  if (signedIn) return place.page === 'welcome' ? { page: 'home' } : place;
  return isOpenPlace(place) ? place : { page: 'welcome' };
}

/** Fixed frame, scrolling middle: top bar, rail, page, status line. */
export function Frame() {
  const { t } = useTexts();
  const session = useSession().data ?? null;
  const { place, from, go, back, restart } = useTrail({ page: 'welcome' });
  const [subject, setSubject] = useState<SubjectRef | null>(null);
  const [menu, setMenu] = useState(false);
  const main = useRef<HTMLElement>(null);
  const moved = useRef(false);
  const person = session?.code ?? null;

  // A new session starts at home; without one only open pages remain.
  const [seen, setSeen] = useState<string | null>(null);
  if (seen !== person) {
    setSeen(person);
    setSubject(null);
    restart(person ? { page: 'home' } : placeFor(place, false));
  }
  const places = useMemo<Places>(
    () => ({
      place: placeFor(place, person !== null),
      from,
      subject,
      go: (next) => {
        moved.current = true;
        setMenu(false);
        go(next);
      },
      back: () => {
        moved.current = true;
        back();
      },
      actFor: (company) => {
        moved.current = true;
        setSubject(company);
        restart(company ? { page: 'register', register: 'business' } : { page: 'home' });
      },
    }),
    [place, from, person, subject, go, back, restart],
  );

  // before the page's own effects: a list scrolls back and a record's title takes the focus after this
  useLayoutEffect(() => {
    if (!moved.current || !main.current) return;
    main.current.scrollTop = 0;
    main.current.focus();
  }, [place]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!event.altKey || event.key !== 'ArrowLeft') return;
      event.preventDefault();
      places.back();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [places]);

  return (
    <PlacesProvider value={places}>
      <Skip target={MAIN}>{t('app.skip')}</Skip>
      <div className="frame" data-signed-in={Boolean(session)} data-menu={menu}>
        <TopBar session={session} menu={menu} onMenu={() => setMenu(!menu)} />
        <LedgerBanner />
        {session && <Rail />}
        <main id={MAIN} ref={main} tabIndex={-1}>
          {subject && <p className="acting-line">{t('who.actingLine', { name: subject.name })}</p>}
          <Notices />
          <Pages session={session} />
        </main>
        <StatusLine />
      </div>
    </PlacesProvider>
  );
}
