import { FileSearchIcon } from '@navikt/aksel-icons';
import { useEffect, useRef, useState } from 'react';
import { CheckField } from '../../../ds';
import { useTexts } from '../../../i18n/text';
import { HelpLink } from '../../../shared/help/HelpLink';
import { ErrorNote } from '../../../shared/notice/ErrorNote';
import { Waiting } from '../../../shared/notice/Waiting';
import { usePlaces } from '../../../shared/session/places';
import { useChangeSettings, useSettings, useStatus } from '../../../shared/session/queries';
import { CardStateView } from './CardStateView';
import { DemoCards } from './DemoCards';
import { FirstStart } from './FirstStart';

/** What works without a card: always there, whatever the card says. */
function Without({ demoIn }: { demoIn: boolean }) {
  const { t } = useTexts();
  const { go } = usePlaces();
  return (
    <aside className="welcome-side" aria-labelledby="without-title">
      <h2 id="without-title">{t('welcome.without')}</h2>
      <div className="side-item">
        <FileSearchIcon aria-hidden="true" className="icon" />
        <div>
          <button type="button" className="link strong" onClick={() => go({ page: 'check' })} data-testid="nav-check">
            {t('welcome.checkFile')}
          </button>
          <p className="second">{t('welcome.checkFileText')}</p>
        </div>
      </div>
      <DemoCards inserted={demoIn} />
      <div className="trust">
        <h3>{t('welcome.trustTitle')}</h3>
        <p className="second">{t('welcome.trustText')}</p>
        <HelpLink topic="who" label={t('welcome.trustMore')} />
      </div>
    </aside>
  );
}

/** The first page: once (and `again` when asked for) what this is, then the card, and always what works without one. No dead end. */
export function WelcomePage({ again = false }: { again?: boolean }) {
  const { t } = useTexts();
  const { go } = usePlaces();
  const status = useStatus();
  const settings = useSettings().data;
  const change = useChangeSettings();
  const [passed, setPassed] = useState(false);
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (passed) section.current?.focus();
  }, [passed]);
  const card = status.data?.card;
  const demoIn = card?.cards.some((candidate) => candidate.demo) ?? false;
  // A demonstration card opens invented records only: nothing has to be chosen for it.
  const first = settings !== undefined && (again || (!settings.welcomed && !demoIn));
  return (
    <div className="welcome" data-testid="welcome">
      <section
        className="welcome-card"
        ref={section}
        tabIndex={-1}
        aria-label={t(first ? 'first.title' : 'first.cardNow')}
        data-testid="card-state"
        data-card={card?.kind ?? 'unknown'}
      >
        {first && settings && (
          <FirstStart settings={settings} card={card} onDone={again ? () => go({ page: 'welcome' }) : () => setPassed(true)} />
        )}
        {!first && card && <CardStateView card={card} />}
        {status.isPending && <Waiting name={t('app.name')} />}
        {status.isError && <ErrorNote error={status.error} onRetry={() => void status.refetch()} />}
        {!first && settings && (
          <CheckField
            label={t('welcome.shared')}
            description={t('welcome.sharedHint')}
            checked={settings.sharedComputer}
            onChange={(sharedComputer) => change({ sharedComputer })}
            testId="shared-computer"
          />
        )}
      </section>
      <Without demoIn={demoIn} />
    </div>
  );
}
