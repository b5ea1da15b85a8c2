import { Button } from '../ds';
import { useTexts } from '../i18n/text';
import { formatTime } from '../shared/format';
import { HelpCode, HelpLink } from '../shared/help/HelpLink';
import { usePlaces } from '../shared/session/places';
import { useStatus } from '../shared/session/queries';
import { useNow } from '../shared/session/useNow';
import { LedgerIcon, ledgerLook, type ShownState } from '../shared/tally/LedgerIcon';
import { SaveEvidence } from './attack/SaveEvidence';
import type { Attack } from './attack/useAttack';
import { clockWrong, shownState, stateLine } from './status/shownState';
import { PauseButton } from './status/SyncPart';
import { clockOff } from './status/timeLeft';

/** States that are told above the page. */
const SHOWN: readonly ShownState[] = ['stale', 'paused', 'offline', 'split', 'attacked', 'expired', 'held'];

/** The one action of a state, if there is something a person can do. */
function Action({ state, attack }: { state: ShownState; attack: Attack }) {
  const { t } = useTexts();
  const { go } = usePlaces();
  switch (state) {
    case 'attacked':
      return (
        <>
          <SaveEvidence />
          <Button onClick={attack.show} data-testid="attack-show">
            {t('attack.show')}
          </Button>
        </>
      );
    case 'held':
      return <PauseButton paused />;
    case 'expired':
      return <Button onClick={() => go({ page: 'settings', section: 'network' })}>{t('settings.network.open')}</Button>;
    default:
      return null;
  }
}

/** A clock that is wrong by more than the ledger bears: nothing new can be judged before it is right. */
function ClockBanner() {
  const texts = useTexts();
  const { t } = texts;
  const status = useStatus().data;
  if (!status || !clockWrong(status)) return null;
  // found by the ledger's own time, while the servers' clocks agree with this one: how far off it is nobody can say
  const far = Math.abs(status.clockOffsetMs ?? 0) >= 1000;
  const off = clockOff(status.clockOffsetMs ?? 0, texts);
  return (
    <section className="ledger-banner tone-stop" aria-label={t('status.clock')} data-testid="clock-banner">
      <LedgerIcon look="expired" />
      <p>
        <strong>{far ? t(status.clock === 'slow' ? 'clock.slow' : 'clock.fast', { off }) : t('errors.E28.what')}</strong>{' '}
        {t('errors.E28.means')} {t('errors.E28.do')}{' '}
        <span className="caption">
          <HelpCode code="E28" />
        </span>
      </p>
    </section>
  );
}

/** One line above the page while the ledger is not as it should be. Stays as long as the state does. */
export function LedgerBanner({ attack }: { attack: Attack }) {
  const texts = useTexts();
  const { t } = texts;
  const now = useNow(1000);
  const status = useStatus().data;
  if (!status) return <div className="banners" />;
  const state = shownState(status);
  const hidden = !SHOWN.includes(state) || (state === 'attacked' && attack.open);
  const { look, tone } = ledgerLook(state, false);
  return (
    <div className="banners">
      <ClockBanner />
      {!hidden && (
        <section className={`ledger-banner tone-${tone}`} aria-label={t('status.label')} data-testid="ledger-banner" data-state={state}>
          <LedgerIcon look={look} />
          <p>
            <strong>{stateLine(status, now, texts)}.</strong> {t(`status.text.${state}`, { time: formatTime(status.ledger.timeMs) })}{' '}
            <HelpLink topic="ledger" label={t('status.whatMeans')} />
          </p>
          <div className="banner-actions">
            <Action state={state} attack={attack} />
          </div>
        </section>
      )}
    </div>
  );
}
