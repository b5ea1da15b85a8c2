import type { RecordList } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { formatInteger } from '../../shared/format';
import { VerdictIcon } from '../../shared/verdict/VerdictIcon';
import { provenAbsences } from './absences';

/** What the whole list proves not to be entered. Without that proof nothing is claimed. */
export function AbsenceList({ list, today }: { list: RecordList; today: string }) {
  const { t } = useTexts();
  const absent = provenAbsences(list, today);
  if (absent.length === 0)
    return (
      <section className="company-block" data-testid="absences" data-proven="false">
        <p className="absence tone-unknown">
          <VerdictIcon verdict="cannotCheck" />
          <span>{t('company.absentUnknown')}</span>
        </p>
      </section>
    );
  return (
    <section className="company-block" aria-labelledby="absent-title" data-testid="absences" data-proven="true">
      <h2 id="absent-title" className="h3">
        {t('company.absent')}
      </h2>
      <ul className="absences">
        {absent.map((absence) => (
          <li key={absence} className="absence tone-proof" data-absence={absence}>
            <VerdictIcon verdict="proven" />
            <span>{t(`company.absent.${absence}`)}</span>
          </li>
        ))}
      </ul>
      <p className="caption">
        {t('company.absentWhy', { page: formatInteger(list.asOfHeight ?? 0), n: formatInteger(list.ledgerCount ?? 0) })}
      </p>
    </section>
  );
}
