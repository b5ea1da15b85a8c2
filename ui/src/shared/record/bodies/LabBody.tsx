import type { RecordView, SeriesPoint } from '../../../backend/contract';
import { SeriesChart, type ChartPoint } from '../../../charts/SeriesChart';
import { useTexts } from '../../../i18n/text';
import { formatDate, NBSP } from '../../format';
import { unitText } from '../../codes/lay';
import { FieldList } from '../FieldList';
import { layTitle } from '../lay';
import { RecordText } from '../RecordText';
import { heading } from '../titles';
import { byName, decimalOf, textOf } from '../values';
import { labNumber as number, placeText, rangeText, sideOf, type Side } from './range';
import { SheetTitle } from './SheetTitle';

const sideOfPoint = (point: SeriesPoint) => sideOf(decimalOf(point.value), decimalOf(point.low), decimalOf(point.high));

/** First day of the unbroken run outside the range that reaches to the newest value. */
function outsideSince(points: SeriesPoint[], side: Side): string | null {
  if (!side) return null;
  let since: string | null = null;
  for (const point of [...points].reverse()) {
    if (sideOfPoint(point) !== side) break;
    since = point.date;
  }
  return points.length > 1 ? since : null;
}

/** One laboratory value: the number, its place in the range, the series as drawing and table. */
export function LabBody({ view }: { view: RecordView }) {
  const texts = useTexts();
  const { t } = texts;
  const fields = byName(view.fields);
  const value = fields.value;
  const low = decimalOf(fields.ref_low);
  const high = decimalOf(fields.ref_high);
  const side = sideOf(decimalOf(value), low, high);
  const range = rangeText(fields.ref_low, fields.ref_high, texts);
  const unit = unitText(textOf(fields, 'unit'));
  const proven = view.series.filter((point) => point.verdict === 'proven' && decimalOf(point.value) !== null);
  const since = outsideSince(proven, side);
  const title = heading(view.row, texts).title;
  const lay = layTitle('lab', fields, texts);
  const points: ChartPoint[] = proven.map((point) => ({
    date: point.date,
    value: decimalOf(point.value) ?? 0,
    label: number(point.value, texts),
    outside: sideOfPoint(point) !== null,
    spoken: t('lab.point', {
      date: formatDate(point.date),
      value: `${number(point.value, texts)} ${unit}`,
      place: placeText(sideOfPoint(point), rangeText(point.low, point.high, texts), texts),
    }),
  }));
  const unproven = view.series.length - proven.length;
  return (
    <>
      <div className={points.length > 1 ? 'lab' : undefined}>
        <div className="lab-main">
          <SheetTitle
            row={view.row}
            second={[
              lay && textOf(fields, 'title'),
              textOf(fields, 'analyte'),
              textOf(fields, 'loinc') && t('lab.code', { code: textOf(fields, 'loinc') }),
            ]
              .filter(Boolean)
              .join(' · ')}
          />
          <div className="lab-value notch">
            <p className="value">
              <RecordText text={number(value, texts)} />
              <span className="unit">
                {NBSP}
                <RecordText text={unit} />
              </span>
            </p>
            <div>
              <p className="strong">
                {side && <span className="square" aria-hidden="true" />}
                {placeText(side, range, texts)}
              </p>
              <p className="second">
                {since && `${t(side === 'high' ? 'lab.aboveSince' : 'lab.belowSince', { date: formatDate(since) })} `}
                {side && t('lab.notDiagnosis')}
              </p>
            </div>
          </div>
          {points.length > 1 && (
            <div className="notch">
              <SeriesChart
                summary={t('lab.chart', {
                  title,
                  n: points.length,
                  first: formatDate(points[0]?.date ?? ''),
                  last: formatDate(points.at(-1)?.date ?? ''),
                  value: `${points.at(-1)?.label ?? ''} ${unit}`,
                })}
                points={points}
                low={low}
                high={high}
                lowLabel={number(fields.ref_low, texts)}
                highLabel={number(fields.ref_high, texts)}
                bandLabel={t('lab.range', { range })}
              />
              {unproven > 0 && <p className="caption">{t('lab.unproven', { count: unproven })}</p>}
            </div>
          )}
        </div>
        {points.length > 1 && (
          <table className="plain lab-table">
            <caption className="sr-only">{t('lab.series')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('list.col.date')}</th>
                <th scope="col" className="right">
                  <RecordText text={unit || t('lab.series')} />
                </th>
                <td />
              </tr>
            </thead>
            <tbody>
              {[...proven].reverse().map((point) => {
                const where = sideOfPoint(point);
                return (
                  <tr key={point.id}>
                    <td className="tabular">{formatDate(point.date)}</td>
                    <td className="right tabular strong">{number(point.value, texts)}</td>
                    <td className="strong">
                      {where && (
                        <>
                          <span className="square" aria-hidden="true" />
                          {t(where === 'high' ? 'lab.high' : 'lab.low')}
                        </>
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
      </div>
      <FieldList
        schema="lab"
        fields={view.fields}
        except={['title', 'analyte', 'loinc', 'value', 'unit', 'ref_low', 'ref_high', 'flag', 'date']}
      />
    </>
  );
}
