import type { Verdict } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { useStatus } from '../../shared/session/queries';
import { LedgerIcon, ledgerLook, type ShownState } from '../../shared/tally/LedgerIcon';
import { VerdictMark } from '../../shared/verdict/VerdictMark';
import { VERDICTS } from '../../shared/verdict/verdicts';

const STATES: readonly ShownState[] = ['upToDate', 'starting', 'held', 'stale', 'offline', 'paused', 'split', 'attacked', 'expired'];

/** The six verdicts: sign, what to do, why. */
export function VerdictTable() {
  const { t } = useTexts();
  return (
    <dl className="help-table">
      {(Object.keys(VERDICTS) as Verdict[]).map((verdict) => (
        <div key={verdict}>
          <dt>
            <VerdictMark verdict={verdict} hook={false} />
          </dt>
          <dd>
            <strong>{t(VERDICTS[verdict].advice)}.</strong> {verdict === 'proven' ? t('reason.ok') : t(VERDICTS[verdict].sentence)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The states of the ledger: sign, name, what it means and what to do. */
export function StateTable() {
  const { t } = useTexts();
  return (
    <dl className="help-table">
      {STATES.map((state) => {
        const { look, tone } = ledgerLook(state, false);
        return (
          <div key={state}>
            <dt className={`state-name tone-${tone}`}>
              <LedgerIcon look={look} size={28} />
              <span>{t(`status.title.${state}`)}</span>
            </dt>
            <dd>{t(`help.state.${state}` as 'help.state.stale')}</dd>
          </div>
        );
      })}
    </dl>
  );
}

/** The authorities of the network in use, by name. */
export function AuthorityList() {
  const { language } = useTexts();
  const authorities = useStatus().data?.authorities ?? [];
  return (
    <ul className="bullets">
      {authorities.map((authority) => (
        <li key={authority.id}>
          <bdi>{authority.names[language]}</bdi>
        </li>
      ))}
    </ul>
  );
}
