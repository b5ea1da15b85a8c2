import type { RecordList } from '../../../../backend/contract';
import { ShareBar } from '../../../../charts/ShareBar';
import { useTexts } from '../../../../i18n/text';
import { formatDecimal, formatMoney, NBSP } from '../../../../shared/format';
import { RowText } from '../../../../shared/record/RecordText';
import { incomeByPayer, tenths } from './income';
import { Scroll } from '../../../../shared/Scroll';

const SHADES = 3;

/** Income by payer, year by year: a bar of shares and the table with the same numbers. */
export function IncomeView({ list, company }: { list: RecordList; company: string | null }) {
  const { t } = useTexts();
  const { years, left } = incomeByPayer(list.rows, company);
  return (
    <>
      {left > 0 && (
        <p className="note" data-tone="care">
          {t('income.left', { count: left })}
        </p>
      )}
      {years.length === 0 && <p className="empty">{t('income.none')}</p>}
      {years.map(({ year, payers, total }) => (
        <section key={year} className="part" aria-labelledby={`income-${year}`} data-testid={`income-${year}`}>
          <h2 id={`income-${year}`}>{year}</h2>
          <ShareBar parts={payers.map((payer) => payer.gross)} />
          <Scroll>
            <table className="plain income">
              <caption className="sr-only">{t('income.caption', { year })}</caption>
              <thead>
                <tr>
                  <th scope="col">{t('income.payer')}</th>
                  <th scope="col" className="right">
                    {t('income.months')}
                  </th>
                  <th scope="col" className="right">
                    {t('income.share')}
                  </th>
                  <th scope="col" className="right">
                    {t('income.gross')}
                  </th>
                  <th scope="col" className="right">
                    {t('income.tax')}
                  </th>
                  <th scope="col" className="right">
                    {t('income.net')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {payers.map((payer, index) => (
                  <tr key={payer.code}>
                    <th scope="row">
                      <span className="swatch" data-shade={index % SHADES} aria-hidden="true" />
                      <RowText text={payer.name || payer.code} />
                    </th>
                    <td className="right tabular">{payer.months}</td>
                    <td className="right tabular">{`${formatDecimal(tenths(payer.gross, total.gross), 1)}${NBSP}%`}</td>
                    <td className="right tabular">{formatMoney(payer.gross)}</td>
                    <td className="right tabular">{formatMoney(payer.tax)}</td>
                    <td className="right tabular">{formatMoney(payer.net)}</td>
                  </tr>
                ))}
              </tbody>
              <tfoot>
                <tr className="strong">
                  <th scope="row">{t('income.total')}</th>
                  <td />
                  <td />
                  <td className="right tabular">{formatMoney(total.gross)}</td>
                  <td className="right tabular">{formatMoney(total.tax)}</td>
                  <td className="right tabular">{formatMoney(total.net)}</td>
                </tr>
              </tfoot>
            </table>
          </Scroll>
        </section>
      ))}
      <p className="caption">{t('income.note')}</p>
    </>
  );
}
