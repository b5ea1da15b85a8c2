import { useState, type KeyboardEvent } from 'react';
import { formatDecimal } from '../shared/format';
import { dayNumber, niceStep, placesOf, ticks } from './scale';
import { useWidth } from './useWidth';

/** One value of a series. */
export interface ChartPoint {
  date: string;
  value: number;
  /** The value as the record writes it. */
  label: string;
  outside: boolean;
  /** What is said of this point. */
  spoken: string;
}

interface ChartProps {
  /** Spoken summary of the whole. */
  summary: string;
  points: ChartPoint[];
  low: number | null;
  high: number | null;
  lowLabel: string;
  highLabel: string;
  bandLabel: string;
}

const HEIGHT = 250;
const PLOT = { left: 44, right: 34, top: 34, bottom: 34 };
const numberText = (value: number, places: number) => formatDecimal(Math.round(value * 10 ** places), places);

function yearMarks(first: number, last: number): { year: number; day: number }[] {
  const from = new Date(first * 86_400_000).getUTCFullYear();
  const to = new Date(last * 86_400_000).getUTCFullYear();
  return Array.from({ length: to - from + 2 }, (_, index) => ({ year: from + index, day: Date.UTC(from + index, 0, 1) / 86_400_000 }));
}

/**
 * A series of one analyte: ink line, grey band for the reference range, squares outside it. One tab stop; arrow keys
 * move between points. A table with the same numbers stands beside it.
 */
export function SeriesChart({ summary, points, low, high, lowLabel, highLabel, bandLabel }: ChartProps) {
  const { ref, width } = useWidth<HTMLDivElement>(540);
  const dated = points.flatMap((point) => {
    const day = dayNumber(point.date);
    return day === null ? [] : [{ ...point, day }];
  });
  const [chosen, setChosen] = useState<number | null>(null);
  const lastIndex = dated.length - 1;
  const first = dated[0];
  const last = dated[lastIndex];
  if (!first || !last) return null;

  const values = [...dated.map((point) => point.value), ...(low === null ? [] : [low]), ...(high === null ? [] : [high])];
  const yTicks = ticks(Math.min(...values), Math.max(...values), 4);
  const [yMin, yMax] = [yTicks[0] ?? 0, yTicks.at(-1) ?? 1];
  const places = placesOf(niceStep(Math.max(...values) - Math.min(...values) || 1, 4));
  const years = yearMarks(first.day, last.day);
  const byYear = years.length > 2 && years.length <= 13;
  const xMin = byYear ? (years[0]?.day ?? first.day) : first.day - 5;
  const xMax = byYear ? (years.at(-1)?.day ?? last.day) : last.day + 5;
  const plotWidth = width - PLOT.left - PLOT.right;
  const plotHeight = HEIGHT - PLOT.top - PLOT.bottom;
  const x = (day: number) => PLOT.left + ((day - xMin) / (xMax - xMin || 1)) * plotWidth;
  const y = (value: number) => PLOT.top + (1 - (value - yMin) / (yMax - yMin || 1)) * plotHeight;
  const bandTop = y(high ?? yMax);
  const bandBottom = y(low ?? yMin);
  const shown = chosen ?? lastIndex;
  const current = dated[shown] ?? last;
  const everyYear = plotWidth / Math.max(1, years.length - 1) > 40;

  const onKeyDown = (event: KeyboardEvent) => {
    const next = { ArrowLeft: shown - 1, ArrowRight: shown + 1, Home: 0, End: lastIndex }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setChosen(Math.min(lastIndex, Math.max(0, next)));
  };

  return (
    <figure className="chart" ref={ref}>
      {/* A drawing with a keyboard position of its own; what it says is in the label and the live text. */}
      <div role="group" aria-label={summary} tabIndex={0} onKeyDown={onKeyDown} onBlur={() => setChosen(null)} data-testid="chart">
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} aria-hidden="true">
          {(low !== null || high !== null) && (
            <g className="band">
              <rect x={PLOT.left} y={bandTop} width={plotWidth} height={Math.max(0, bandBottom - bandTop)} />
              {high !== null && <path d={`M${PLOT.left} ${bandTop}H${PLOT.left + plotWidth}`} />}
              {low !== null && <path d={`M${PLOT.left} ${bandBottom}H${PLOT.left + plotWidth}`} />}
              <text x={PLOT.left + 10} y={bandBottom - 10}>
                {bandLabel}
              </text>
            </g>
          )}
          <g className="grid">
            {yTicks.map((tick) => (
              <g key={tick}>
                <path d={`M${PLOT.left} ${y(tick)}H${PLOT.left + plotWidth}`} />
                <text x={PLOT.left - 10} y={y(tick) + 5} textAnchor="end">
                  {numberText(tick, places)}
                </text>
              </g>
            ))}
          </g>
          <g className="limits">
            {high !== null && (
              <text x={PLOT.left + plotWidth + 7} y={bandTop + 5}>
                {highLabel}
              </text>
            )}
            {low !== null && (
              <text x={PLOT.left + plotWidth + 7} y={bandBottom + 5}>
                {lowLabel}
              </text>
            )}
          </g>
          <g className="axis">
            <path d={`M${PLOT.left} ${HEIGHT - PLOT.bottom + 6}H${PLOT.left + plotWidth}`} />
            {byYear &&
              years.slice(0, -1).map(({ year, day }, index) => (
                <g key={year}>
                  <path d={`M${x(day)} ${HEIGHT - PLOT.bottom + 6}v5`} />
                  {(everyYear || index % 2 === 0) && (
                    <text x={(x(day) + x(years[index + 1]?.day ?? day)) / 2} y={HEIGHT - 6} textAnchor="middle">
                      {year}
                    </text>
                  )}
                </g>
              ))}
            {!byYear &&
              [first, last].map((point, index) => (
                <text key={index} x={x(point.day)} y={HEIGHT - 6} textAnchor={index === 0 ? 'start' : 'end'}>
                  {point.date.slice(0, 7).split('-').reverse().join('.')}
                </text>
              ))}
          </g>
          <path
            className="line"
            d={dated.map((point, index) => `${index ? 'L' : 'M'}${x(point.day).toFixed(1)} ${y(point.value).toFixed(1)}`).join('')}
          />
          {dated.map((point, index) => {
            const size = index === shown ? 7 : 5;
            return point.outside ? (
              <rect
                key={index}
                className="point outside"
                x={x(point.day) - size}
                y={y(point.value) - size}
                width={size * 2}
                height={size * 2}
              />
            ) : (
              <circle key={index} className="point" cx={x(point.day)} cy={y(point.value)} r={size} />
            );
          })}
          <text className="current" x={Math.min(width - 24, Math.max(24, x(current.day)))} y={y(current.value) - 15} textAnchor="middle">
            {current.label}
          </text>
        </svg>
        <span className="sr-only" aria-live="polite">
          {chosen === null ? '' : current.spoken}
        </span>
      </div>
    </figure>
  );
}
