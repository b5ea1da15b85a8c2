import type { RecordList } from '../../../../backend/contract';
import type { TextKey } from '../../../../i18n/keys';
import { useTexts, type Texts } from '../../../../i18n/text';
import { formatDate, formatMoney, formatPeriod } from '../../../../shared/format';
import { RowText } from '../../../../shared/record/RecordText';
import { numberOf, textOf } from '../../../../shared/record/values';
import { usePlaces } from '../../../../shared/session/places';
import { useToday } from '../../../../shared/session/useNow';
import { VerdictMark } from '../../../../shared/verdict/VerdictMark';
import { dueDay } from '../../periods';
import { declarations, type Filing } from './declarations';
import { Scroll } from '../../../../shared/Scroll';

/** The sum that matters in a return, with its word. */
function result(filing: Filing, { t }: Texts): string {
  const fields = filing.row?.fields ?? {};
  const sum = (name: string, key: TextKey) => {
    const cents = numberOf(fields, name);
    return cents ? t(key, { sum: formatMoney(cents) }) : '';
  };
  if (filing.form === 'tsd') return sum('gross', 'title.gross');
  const [pay, back, backKey] =
    filing.form === 'kmd' ? (['line_12', 'line_13', 'title.overpaid'] as const) : (['payable', 'refund', 'title.refund'] as const);
  return sum(pay, 'title.payable') || sum(back, backKey) || formatMoney(0);
}

function Missing({ filing }: { filing: Filing }) {
  const { t } = useTexts();
  if (filing.form === 'tsd' && filing.state === 'missing') {
    return (
      <td colSpan={3} className="second">
        {t('filing.noPay')}
      </td>
    );
  }
  const due = filing.form === 'kmd' ? dueDay('kmd', filing.period) : '';
  return (
    <>
      <td colSpan={2}>
        <span className={filing.state === 'missing' ? 'tone-care strong' : 'strong'}>
          {t(filing.state === 'missing' ? 'filing.missing' : 'filing.unknown')}
        </span>
        <span className="second block">
          {filing.state === 'missing'
            ? t(due ? 'filing.missingDue' : 'filing.missingText', { date: formatDate(due) })
            : t('filing.unknownText')}
        </span>
      </td>
      <td className="second">{t('filing.noEntry')}</td>
    </>
  );
}

/** Declarations by year and period; a period without its declaration has its own line. */
export function DeclarationsView({ list, company }: { list: RecordList; company: string | null }) {
  const texts = useTexts();
  const { t } = texts;
  const { go } = usePlaces();
  const years = declarations(list, company, useToday());
  if (years.length === 0) return <p className="empty">{t('filing.none')}</p>;
  return years.map(({ year, filings }) => (
    <section key={year} className="part" aria-labelledby={`filings-${year}`}>
      <h2 id={`filings-${year}`}>{year}</h2>
      <Scroll>
        <table className="plain opens filings">
          <caption className="sr-only">{t('filing.caption', { year })}</caption>
          <thead>
            <tr>
              <th scope="col">{t('filing.period')}</th>
              <th scope="col">{t('filing.form')}</th>
              <th scope="col">{t('filing.filedOn')}</th>
              <th scope="col" className="right">
                {t('filing.sum')}
              </th>
              <th scope="col">{t('list.col.check')}</th>
            </tr>
          </thead>
          <tbody>
            {filings.map((filing) => {
              const period = filing.form === 'income_tax' ? t('filing.year', { year: filing.period }) : formatPeriod(filing.period, texts);
              const { row } = filing;
              const open = row && (() => go({ page: 'record', register: 'tax', id: row.id }));
              return (
                <tr
                  key={filing.key}
                  data-state={filing.state}
                  data-testid={`filing-${filing.form}-${filing.period}`}
                  onClick={open ?? undefined}
                >
                  <th scope="row">
                    {open ? (
                      <button type="button" className="row-title" onClick={(event) => [event.stopPropagation(), open()]}>
                        {period}
                      </button>
                    ) : (
                      period
                    )}
                  </th>
                  <td>
                    {t(`filing.form.${filing.form}`)}
                    {filing.who && (
                      <span className="second block">
                        <RowText text={filing.who} />
                      </span>
                    )}
                  </td>
                  {row ? (
                    <>
                      <td className="tabular">{formatDate(textOf(row.fields, 'filed_on') || row.date)}</td>
                      <td className="right tabular">{result(filing, texts)}</td>
                      <td>
                        <VerdictMark verdict={row.verdict.verdict} />
                        {row.version > 1 && <span className="caption block">{t('title.corrected', { version: row.version })}</span>}
                      </td>
                    </>
                  ) : (
                    <Missing filing={filing} />
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </section>
  ));
}
