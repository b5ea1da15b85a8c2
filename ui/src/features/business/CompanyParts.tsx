import type { RecordList } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { formatDate, formatDecimal, formatMoney, NBSP } from '../../shared/format';
import { RowText } from '../../shared/record/RecordText';
import { heading } from '../../shared/record/titles';
import { boolOf, decimalOf, numberOf, textOf } from '../../shared/record/values';
import { currentRows, lasts } from './mandates';

/** Shares as an ink and grey bar with names and numbers below. */
export function Shareholders({ list, today }: { list: RecordList; today: string }) {
  const texts = useTexts();
  const { t } = texts;
  const rows = currentRows(list, 'shareholder').filter((row) => lasts(row.fields, today));
  if (rows.length === 0) return null;
  const percents = rows.map((row) => Math.max(0, decimalOf(row.fields.percent) ?? 0));
  const total = percents.reduce((sum, percent) => sum + percent, 0) || 1;
  const starts = percents.map((_, index) => (percents.slice(0, index).reduce((sum, percent) => sum + percent, 0) / total) * 100);
  return (
    <section aria-labelledby="shares-title">
      <h2 id="shares-title" className="h3">
        {t('company.shareholders')}
      </h2>
      <svg className="shares" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
        {percents.map((percent, index) => (
          <rect
            key={index}
            x={(starts[index] ?? 0) + (index ? 0.25 : 0)}
            y={0}
            width={Math.max(0, (percent / total) * 100 - 0.25)}
            height={3}
            data-shade={index % 2}
          />
        ))}
      </svg>
      <ul className="people">
        {rows.map((row) => {
          const percent = row.fields.percent;
          return (
            <li key={row.id}>
              <p className="strong">
                <RowText text={heading(row, texts).title} />
              </p>
              <span className="tabular nowrap">
                {formatMoney(numberOf(row.fields, 'share') ?? 0)}
                {percent?.t === 'decimal' && ` · ${formatDecimal(percent.v.digits, percent.v.places)}${NBSP}%`}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Beneficial owners, with a reported discrepancy said openly. */
export function Owners({ list, today }: { list: RecordList; today: string }) {
  const texts = useTexts();
  const { t } = texts;
  const rows = currentRows(list, 'beneficial_owner').filter((row) => lasts(row.fields, today));
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="owners-title">
      <h2 id="owners-title" className="h3">
        {t('company.owners')}
      </h2>
      <ul className="people">
        {rows.map((row) => (
          <li key={row.id}>
            <div>
              <p className="strong">
                <RowText text={heading(row, texts).title} />
              </p>
              <p className="caption">
                <RowText text={textOf(row.fields, 'control_text')} />
                {boolOf(row.fields, 'discrepancy') && <span className="tone-care"> · {t('company.discrepancy')}</span>}
              </p>
            </div>
            <span className="tabular">{t('company.since', { date: formatDate(textOf(row.fields, 'since')) })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Key figures of the annual reports. */
export function Reports({ list, onOpen }: { list: RecordList; onOpen: (id: string) => void }) {
  const texts = useTexts();
  const { t } = texts;
  const rows = currentRows(list, 'annual_report').reverse();
  if (rows.length === 0) return null;
  const money = (fields: (typeof rows)[number]['fields'], name: string) => {
    const cents = numberOf(fields, name);
    return cents === null ? '–' : formatMoney(cents);
  };
  return (
    <section className="notch reports" aria-labelledby="reports-title">
      <h2 id="reports-title" className="h3">
        {t('company.reports')}
      </h2>
      <div className="scroll">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('list.year')}</th>
              {(['company.revenue', 'company.profit', 'company.assets', 'company.equity'] as const).map((key) => (
                <th key={key} scope="col" className="right">
                  {t(key)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <th scope="row">
                  <button type="button" className="link" onClick={() => onOpen(row.id)}>
                    {String(numberOf(row.fields, 'year') ?? '')}
                  </button>
                </th>
                {['revenue', 'profit', 'assets', 'equity'].map((name) => (
                  <td key={name} className="right tabular">
                    {money(row.fields, name)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
