import { useTexts } from '../i18n/text';
import { formatAge, formatTime } from '../shared/format';
import { useStatus } from '../shared/session/queries';
import { useNow } from '../shared/session/useNow';
import { LedgerIcon, ledgerLook } from '../shared/tally/LedgerIcon';

const SHOWN = ['stale', 'paused', 'offline', 'split', 'attacked', 'expired'] as const;

/** One line above the page while the ledger is not as it should be. Stays as long as the state does. */
export function LedgerBanner() {
  const texts = useTexts();
  const { t } = texts;
  const now = useNow(60_000);
  const ledger = useStatus().data?.ledger;
  const state = SHOWN.find((candidate) => candidate === ledger?.state);
  if (!ledger || !state) return null;
  const { look, tone } = ledgerLook(state, false);
  const time = formatTime(ledger.timeMs);
  return (
    <div
      className={`ledger-banner tone-${tone}`}
      role={tone === 'stop' ? 'alert' : 'status'}
      data-testid="ledger-banner"
      data-state={state}
    >
      <LedgerIcon look={look} />
      <p>
        <strong>{t(`status.${state}`, { age: formatAge(now - ledger.timeMs, texts), time })}.</strong> {t(`status.text.${state}`, { time })}
      </p>
    </div>
  );
}
