import { useMemo, type ReactNode } from 'react';
import type { RecordRow } from '../../../../backend/contract';
import { Sparkline } from '../../../../charts/Sparkline';
import { useTexts } from '../../../../i18n/text';
import { formatDate, NBSP } from '../../../../shared/format';
import { unitText } from '../../../../shared/codes/lay';
import { placeText, rangeText, sideOf } from '../../../../shared/record/bodies/range';
import { RowText } from '../../../../shared/record/RecordText';
import { heading } from '../../../../shared/record/titles';
import { decimalOf, numberOf, textOf, valueText } from '../../../../shared/record/values';
import { usePlaces } from '../../../../shared/session/places';
import { useToday } from '../../../../shared/session/useNow';
import { daysLeft } from '../../daysLeft';
import { protections, testSeries, unbought, valuesOf } from './series';
import { Scroll } from '../../../../shared/Scroll';

function Opens({ row, children }: { row: RecordRow; children: ReactNode }) {
  const { go } = usePlaces();
  const open = () => go({ page: 'record', register: 'health', id: row.id });
  return (
    <button type="button" className="row-title" onClick={open}>
      {children}
    </button>
  );
}

function Tests({ rows }: { rows: RecordRow[] }) {
  const texts = useTexts();
  const { t } = texts;
  const series = useMemo(() => testSeries(rows), [rows]);
  return (
    <Scroll>
      <table className="plain tests" data-testid="tests">
        <caption className="sr-only">{t('digest.tests')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('digest.test')}</th>
            <th scope="col" className="right">
              {t('digest.last')}
            </th>
            <th scope="col">{t('digest.place')}</th>
            <th scope="col">{t('digest.course')}</th>
            <th scope="col">{t('list.col.date')}</th>
          </tr>
        </thead>
        <tbody>
          {series.map((one) => {
            const row = one.rows[0];
            if (!row) return null;
            const { fields } = row;
            const [low, high] = [decimalOf(fields.ref_low), decimalOf(fields.ref_high)];
            const side = sideOf(decimalOf(fields.value), low, high);
            return (
              <tr key={one.loinc}>
                <th scope="row">
                  <Opens row={row}>
                    <RowText text={heading(row, texts).title} />
                  </Opens>
                  <span className="second block">
                    <RowText text={textOf(fields, 'analyte')} />
                  </span>
                </th>
                <td className="right tabular">
                  <strong>{valueText('lab', 'value', fields.value, texts)}</strong>
                  <span className="second">
                    {NBSP}
                    <RowText text={unitText(textOf(fields, 'unit'))} />
                  </span>
                </td>
                <td className={side ? 'strong' : 'second'}>
                  {side && <span className="square" aria-hidden="true" />}
                  {placeText(side, rangeText(fields.ref_low, fields.ref_high, texts), texts)}
                </td>
                <td>
                  <Sparkline values={valuesOf(one)} low={low} high={high} />
                  <span className="caption">{t('digest.values', { count: one.rows.length })}</span>
                </td>
                <td className="tabular">{formatDate(row.date)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}

function Unbought({ rows }: { rows: RecordRow[] }) {
  const texts = useTexts();
  const { t } = texts;
  const today = useToday();
  const waiting = unbought(rows, today);
  return (
    <section className="digest" aria-labelledby="unbought-title" data-testid="unbought">
      <h2 id="unbought-title">{t('digest.unbought')}</h2>
      {waiting.length === 0 && <p className="second">{t('digest.unboughtNone')}</p>}
      <ul className="ahead">
        {waiting.map((row) => {
          const until = textOf(row.fields, 'valid_until');
          return (
            <li key={row.id}>
              <strong className="tabular">{formatDate(until)}</strong>
              <div>
                <Opens row={row}>
                  <RowText text={heading(row, texts).title} />
                </Opens>
                <span className="second">
                  <span className="left">{daysLeft(today, until, texts)}</span>
                  <span>{t('home.unboughtUntil', { date: formatDate(until) })}</span>
                  {(numberOf(row.fields, 'repeats') ?? 1) > 1 && (
                    <span>{t('title.repeat', { count: numberOf(row.fields, 'repeats') ?? 1 })}</span>
                  )}
                </span>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Protections({ rows }: { rows: RecordRow[] }) {
  const texts = useTexts();
  const { t } = texts;
  const today = useToday();
  const found = useMemo(() => protections(rows), [rows]);
  if (found.length === 0) return null;
  return (
    <Scroll>
      <table className="plain" data-testid="protections">
        <caption className="sr-only">{t('digest.protections')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('digest.against')}</th>
            <th scope="col" className="right">
              {t('digest.doses')}
            </th>
            <th scope="col">{t('digest.lastDose')}</th>
            <th scope="col">{t('digest.nextDose')}</th>
          </tr>
        </thead>
        <tbody>
          {found.map(({ disease, last, doses, next }) => (
            <tr key={disease}>
              <th scope="row">
                <Opens row={last}>
                  <RowText text={heading(last, texts).title} />
                </Opens>
                <span className="second block">
                  <RowText text={disease} />
                </span>
              </th>
              <td className="right tabular">{doses}</td>
              <td className="tabular">{formatDate(last.date)}</td>
              <td>
                {next ? (
                  <>
                    <span className={`tabular ${next < today ? 'tone-care strong' : ''}`}>{formatDate(next)}</span>
                    <span className="second block">{daysLeft(today, next, texts)}</span>
                  </>
                ) : (
                  <span className="second">{t('digest.noNext')}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** What a part of the health register says at a glance, above its entries. Proven entries only. */
export function Digest({ view, rows }: { view: string; rows: RecordRow[] }) {
  if (view === 'lab') return <Tests rows={rows} />;
  if (view === 'prescription') return <Unbought rows={rows} />;
  if (view === 'vaccination') return <Protections rows={rows} />;
  return null;
}
