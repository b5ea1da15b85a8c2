import { useEffect, useMemo, useRef, useState } from 'react';
import type { SubjectRef } from '../backend/contract';
import { Skip } from '../ds';
import { useTexts } from '../i18n/text';
import { isOpenPlace, PlacesProvider, type Place, type Places } from '../shared/session/places';
import { useSession } from '../shared/session/queries';
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
  const [place, setPlace] = useState<Place>({ page: 'welcome' });
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
    if (person) setPlace({ page: 'home' });
  }
  const places = useMemo<Places>(
    () => ({
      place: placeFor(place, person !== null),
      subject,
      go: (next) => {
        moved.current = true;
        setMenu(false);
        setPlace(next);
      },
      actFor: (company) => {
        moved.current = true;
        setSubject(company);
        setPlace(company ? { page: 'register', register: 'business' } : { page: 'home' });
      },
    }),
    [place, person, subject],
  );

  useEffect(() => {
    if (!moved.current || !main.current) return;
    main.current.scrollTop = 0;
    main.current.focus();
  }, [place]);

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
