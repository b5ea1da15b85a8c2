import { FileSearchIcon } from '@navikt/aksel-icons';
import { CheckField } from '../../../ds';
import { useTexts } from '../../../i18n/text';
import { ErrorNote } from '../../../shared/notice/ErrorNote';
import { Waiting } from '../../../shared/notice/Waiting';
import { usePlaces } from '../../../shared/session/places';
import { useChangeSettings, useSettings, useStatus } from '../../../shared/session/queries';
import { CardStateView } from './CardStateView';
import { DemoCards } from './DemoCards';

/** The first page: the card, and what works without one. No dead end. */
export function WelcomePage() {
  const { t } = useTexts();
  const { go } = usePlaces();
  const status = useStatus();
  const settings = useSettings().data;
  const change = useChangeSettings();
  const card = status.data?.card;
  return (
    <div className="welcome" data-testid="welcome">
      <section className="welcome-card" data-testid="card-state" data-card={card?.kind ?? 'unknown'}>
        {card && <CardStateView card={card} />}
        {status.isPending && <Waiting name={t('app.name')} />}
        {status.isError && <ErrorNote error={status.error} onRetry={() => void status.refetch()} />}
        {settings && (
          <CheckField
            label={t('welcome.shared')}
            description={t('welcome.sharedHint')}
            checked={settings.sharedComputer}
            onChange={(sharedComputer) => change({ sharedComputer })}
            testId="shared-computer"
          />
        )}
      </section>
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
        <DemoCards inserted={card?.cards.some((candidate) => candidate.demo) ?? false} />
        <div className="trust">
          <h3>{t('welcome.trustTitle')}</h3>
          <p className="second">{t('welcome.trustText')}</p>
          <button type="button" className="link strong" onClick={() => go({ page: 'help' })}>
            {t('welcome.trustMore')}
          </button>
        </div>
      </aside>
    </div>
  );
}
