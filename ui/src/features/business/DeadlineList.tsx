import { useTexts, type Texts } from '../../i18n/text';
import { formatDate, formatPeriod } from '../../shared/format';
import type { Deadline } from './deadlines';

/** Days before a deadline that deserve care. */
const SOON = 7;

function daysText(days: number, { t }: Texts): string {
  if (days === 0) return t('company.dueToday');
  return days > 0 ? t('company.daysLeft', { count: days }) : t('company.daysLate', { count: -days });
}

/** What is due next, with the days left. */
export function DeadlineList({ deadlines }: { deadlines: Deadline[] }) {
  const texts = useTexts();
  const { t } = texts;
  return (
    <section className="company-block deadlines" aria-labelledby="deadlines-title" data-testid="deadlines">
      <h2 id="deadlines-title">{t('company.deadlines')}</h2>
      <ul className="people">
        {deadlines.map(({ duty, due, days, period }) => (
          <li key={duty} data-duty={duty}>
            <div>
              <p className="strong">{t(`company.duty.${duty}`, { period: formatPeriod(period, texts) })}</p>
              <p className="caption">{t(`company.dutyText.${duty}`)}</p>
            </div>
            <div className="due">
              <p className="tabular">{formatDate(due)}</p>
              <p className={days <= SOON ? 'caption tone-care strong' : 'caption'}>{daysText(days, texts)}</p>
            </div>
          </li>
        ))}
      </ul>
      <p className="caption">{t('company.deadlinesNote')}</p>
    </section>
  );
}
