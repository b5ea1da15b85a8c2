import { useState, type KeyboardEvent } from 'react';
import type { RecordList } from '../../backend/contract';
import { useTexts, type Texts } from '../../i18n/text';
import { formatInteger, formatMoney, NBSP } from '../../shared/format';
import { counted, disagreements, FIGURES, reportsOf, type Disagreement, type Figure, type Report } from './reports';
import { YearChart } from './YearChart';
import { Scroll } from '../../shared/Scroll';

/** Figures that are drawn; all of them stand in the table. */
const DRAWN: readonly { figure: Figure; line: boolean }[] = [
  { figure: 'revenue', line: false },
  { figure: 'profit', line: false },
  { figure: 'equity', line: true },
];

const euros = (cents: number) => `${formatInteger(Math.round(cents / 100))}${NBSP}€`;
const money = (cents: number | null) => (cents === null ? '–' : formatMoney(cents));

function disagreementText({ kind, year, stated, expected }: Disagreement, { t }: Texts): string {
  return t(`company.disagree.${kind}`, {
    year,
    stated: formatMoney(stated),
    expected: formatMoney(expected),
    difference: formatMoney(Math.abs(stated - expected)),
  });
}

/** Revenue, profit and equity drawn side by side. One stop for Tab; arrow keys go through the years in all of them. */
function FiguresCharts({ reports }: { reports: Report[] }) {
  const { t } = useTexts();
  const last = reports.length - 1;
  const [chosen, setChosen] = useState<number | null>(null);
  const shown = chosen ?? last;
  const report = reports[shown];
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: shown - 1, ArrowRight: shown + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setChosen(Math.min(last, Math.max(0, to)));
  };
  return (
    <div
      className="figures"
      role="group"
      tabIndex={0}
      aria-label={t('company.figuresLabel', { first: reports[0]?.year ?? '', last: reports[last]?.year ?? '' })}
      onKeyDown={onKeyDown}
      onBlur={() => setChosen(null)}
      data-testid="figures"
    >
      {DRAWN.map(({ figure, line }) => (
        <figure key={figure}>
          <figcaption>{t(`company.${figure}`)}</figcaption>
          <YearChart
            line={line}
            shown={shown}
            points={reports.map(({ year, figures }) => ({ year, value: figures[figure] ?? 0, label: euros(figures[figure] ?? 0) }))}
          />
        </figure>
      ))}
      <span className="sr-only" aria-live="polite">
        {chosen !== null &&
          report &&
          `${report.year}: ${DRAWN.map(({ figure }) => `${t(`company.${figure}`)} ${money(report.figures[figure])}`).join(', ')}`}
      </span>
    </div>
  );
}

/** Annual reports: figures drawn, the table beside, sums counted anew. */
export function ReportFigures({ list, onOpen }: { list: RecordList; onOpen: (id: string) => void }) {
  const texts = useTexts();
  const { t } = texts;
  const reports = reportsOf(list);
  if (reports.length === 0) return null;
  const found = disagreements(reports);
  const extent = counted(reports);
  return (
    <section className="notch reports" aria-labelledby="reports-title" data-testid="reports">
      <h2 id="reports-title">{t('company.reports')}</h2>
      {reports.length > 1 && <FiguresCharts reports={reports} />}
      {found.length > 0 ? (
        <ul className="note" data-tone="care" data-testid="reports-disagree">
          {found.map((disagreement) => (
            <li key={`${disagreement.kind}-${disagreement.year}`}>{disagreementText(disagreement, texts)}</li>
          ))}
        </ul>
      ) : (
        extent !== 'none' && <p className="caption">{t(extent === 'all' ? 'company.agree' : 'company.agreeOne')}</p>
      )}
      <Scroll>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('company.year')}</th>
              {FIGURES.map((figure) => (
                <th key={figure} scope="col" className="right">
                  {t(`company.${figure}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...reports].reverse().map(({ id, year, figures }) => (
              <tr key={id}>
                <th scope="row">
                  <button type="button" className="link" onClick={() => onOpen(id)} data-testid={`report-${year}`}>
                    {year}
                  </button>
                </th>
                {FIGURES.map((figure) => (
                  <td
                    key={figure}
                    data-label={t(`company.${figure}`)}
                    className="right tabular nowrap"
                    data-wrong={
                      found.some((one) => one.year === year && (one.kind === 'balance' ? figure === 'assets' : figure === 'equity')) ||
                      undefined
                    }
                  >
                    {money(figures[figure])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
