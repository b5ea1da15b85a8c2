import { useEffect, useRef, useState } from 'react';
import { Button, Skip } from '../ds';
import { useTexts } from '../i18n/text';
import { helpFor } from '../shared/help/topics';
import { ErrorNote } from '../shared/notice/ErrorNote';
import { PlacesProvider, type Place } from '../shared/session/places';
import { useSession, useSettingsUndo } from '../shared/session/queries';
import { ActingBar } from './ActingBar';
import { AttackPage } from './attack/AttackPage';
import { useAttack } from './attack/useAttack';
import { LedgerBanner } from './LedgerBanner';
import { Notices } from './Notices';
import { Pages } from './Pages';
import { pageTitle } from './pageTitle';
import { Rail } from './Rail';
import { KeyboardMap } from './shortcuts/KeyboardMap';
import { useShortcuts } from './shortcuts/useShortcuts';
import { StatusLine } from './status/StatusLine';
import { TopBar } from './TopBar';
import { useArrival } from './useArrival';
import { useNavigation } from './useNavigation';
import { useOpenTargets } from './useOpenTargets';

const MAIN = 'content';

/** The search field of the page, if it has one. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>(`#${MAIN} input[type='search']`);
  field?.focus();
  field?.select();
  return field !== null;
}

/** Fixed frame, scrolling middle: top bar, rail, page, status line. */
export function Frame() {
  const { t } = useTexts();
  const session = useSession().data ?? null;
  const { moved, ...places } = useNavigation(session);
  const { place, go } = places;
  const [menu, setMenu] = useState(false);
  const [statusOpen, setStatusOpen] = useState(false);
  const [keys, setKeys] = useState(false);
  const { undo } = useSettingsUndo();
  const attack = useAttack();
  const main = useRef<HTMLElement>(null);
  useArrival(main, moved);
  const [refused, forgetRefused] = useOpenTargets(go, () => setStatusOpen(true));

  // a move closes the menu, the details and the alarm page; whoever follows a link wants to see where it leads
  const [movedSeen, setMovedSeen] = useState(moved);
  if (movedSeen !== moved) {
    setMovedSeen(moved);
    setMenu(false);
    setStatusOpen(false);
    attack.close();
  }
  const title = attack.open ? t('status.title.attacked') : t(pageTitle(place));
  useEffect(() => {
    document.title = `${title} – ${t('app.name')}`;
  }, [title, t]);

  const page = (next: Place) => () => (session ? go(next) : false);
  useShortcuts({
    home: () => go({ page: session ? 'home' : 'welcome' }),
    health: page({ page: 'register', register: 'health' }),
    tax: page({ page: 'register', register: 'tax' }),
    business: page({ page: 'register', register: 'business' }),
    check: () => go({ page: 'check' }),
    settings: () => go({ page: 'settings' }),
    back: places.back,
    forward: places.forward,
    search: focusSearch,
    status: () => setStatusOpen((open) => !open),
    print: () => window.print(),
    undo: () => place.page === 'settings' && undo(),
    help: () => go({ page: 'help', article: helpFor(place) }),
    keys: () => setKeys(true),
  });

  return (
    <PlacesProvider value={places}>
      <Skip target={MAIN}>{t('app.skip')}</Skip>
      <div className="frame" data-signed-in={Boolean(session)} data-menu={menu}>
        <TopBar session={session} menu={menu} onMenu={() => setMenu(!menu)} />
        <ActingBar />
        <LedgerBanner attack={attack} />
        {session && <Rail />}
        <main id={MAIN} ref={main} tabIndex={-1}>
          <Notices />
          {refused && (
            <div className="notice">
              <ErrorNote error={refused} testId="open-refused">
                <Button onClick={forgetRefused}>{t('app.close')}</Button>
              </ErrorNote>
            </div>
          )}
          {attack.open ? <AttackPage onClose={attack.close} handIn={attack.handIn} /> : <Pages session={session} />}
        </main>
        <StatusLine open={statusOpen} onOpen={setStatusOpen} />
      </div>
      {keys && <KeyboardMap onClose={() => setKeys(false)} />}
    </PlacesProvider>
  );
}
