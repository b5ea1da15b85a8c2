import type { RecordList } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { formatDate, formatDecimal, formatMoney, NBSP } from '../../shared/format';
import { RowText } from '../../shared/record/RecordText';
import { heading } from '../../shared/record/titles';
import { boolOf, decimalOf, numberOf, textOf } from '../../shared/record/values';
import { currentRows, lasts } from './mandates';
import { isProvenWhole } from './absences';
import { ownershipOf } from './ownership';

/** Shares as an ink and grey bar with names and numbers below; a sum that does not fit is named. */
export function Shareholders({ list, capital, today }: { list: RecordList; capital: number | null; today: string }) {
  const texts = useTexts();
  const { t } = texts;
  const held = ownershipOf(list, capital, today);
  const { rows } = held;
  if (rows.length === 0) return null;
  const whole = isProvenWhole(list);
  const percents = rows.map((row) => Math.max(0, decimalOf(row.fields.percent) ?? 0));
  // of a hundred: a share that is not here stays an empty frame
  const total = Math.max(
    100,
    percents.reduce((sum, percent) => sum + percent, 0),
  );
  const starts = percents.map((_, index) => (percents.slice(0, index).reduce((sum, percent) => sum + percent, 0) / total) * 100);
  return (
    <section className="company-block" aria-labelledby="shares-title" data-testid="shareholders">
      <h2 id="shares-title" className="h3">
        {t('company.shareholders')}
      </h2>
      <svg className="shares" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
        <rect className="rest" x={0} y={0} width={100} height={3} />
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
              <span className="tabular nowrap share">
                <span>{formatMoney(numberOf(row.fields, 'share') ?? 0)}</span>
                {percent?.t === 'decimal' && <span>{`${formatDecimal(percent.v.digits, percent.v.places)}${NBSP}%`}</span>}
              </span>
            </li>
          );
        })}
      </ul>
      {!whole && <p className="caption">{t('company.sumsUnknown')}</p>}
      {whole && held.capital !== null && (
        <p className="note" data-tone="care" data-testid="shares-differ">
          {t('company.sharesDiffer', {
            shares: formatMoney(held.shares),
            capital: formatMoney(held.capital),
            difference: formatMoney(Math.abs(held.shares - held.capital)),
          })}
        </p>
      )}
      {whole && held.percentsDiffer && (
        <p className="note" data-tone="care" data-testid="percents-differ">
          {t('company.percentsDiffer', { sum: formatDecimal(Math.round(held.percents * 100), 2) })}
        </p>
      )}
      {whole && held.capital === null && capital !== null && !held.percentsDiffer && (
        <p className="caption">{t('company.sharesFit', { sum: formatMoney(held.shares) })}</p>
      )}
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
    <section className="company-block" aria-labelledby="owners-title">
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
                {boolOf(row.fields, 'discrepancy') && <span className="tone-care block">{t('company.discrepancy')}</span>}
              </p>
            </div>
            <span className="tabular nowrap">{t('company.since', { date: formatDate(textOf(row.fields, 'since')) })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
