import { useState, type KeyboardEvent } from 'react';
import { formatInteger } from '../shared/format';
import { dayNumber, ticks } from './scale';
import { useWidth } from './useWidth';

/** The balance after one line. */
export interface BalancePoint {
  date: string;
  /** Cents. */
  balance: number;
  /** The balance as the record writes it. */
  label: string;
  /** What is said of this point. */
  spoken: string;
}

const HEIGHT = 220;
const PLOT = { left: 72, right: 24, top: 34, bottom: 34 };

/** First days of the months between two days; every second, third … when there are many. */
function monthMarks(first: number, last: number, most: number): { day: number; text: string }[] {
  const from = new Date(first * 86_400_000);
  const all: { day: number; text: string }[] = [];
  for (let index = 1; index < 1200; index += 1) {
    const day = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + index, 1) / 86_400_000;
    if (day > last) break;
    all.push({ day, text: new Date(day * 86_400_000).toISOString().slice(0, 7).split('-').reverse().join('.') });
  }
  const step = Math.max(1, Math.ceil(all.length / Math.max(1, most)));
  return all.filter((_, index) => index % step === 0);
}

/**
 * A running balance: an ink line in steps, because a balance stays until the next line. One tab stop; arrow keys move
 * between lines. A table with the same numbers stands beside it.
 */
export function BalanceChart({ summary, points }: { summary: string; points: BalancePoint[] }) {
  const { ref, width } = useWidth<HTMLDivElement>(920);
  const [chosen, setChosen] = useState<number | null>(null);
  const dated = points.flatMap((point) => {
    const day = dayNumber(point.date);
    return day === null ? [] : [{ ...point, day }];
  });
  const lastIndex = dated.length - 1;
  const [first, last] = [dated[0], dated[lastIndex]];
  if (!first || !last) return null;

  const values = [0, ...dated.map((point) => point.balance / 100)];
  const yTicks = ticks(Math.min(...values), Math.max(...values), 4);
  const [yMin, yMax] = [yTicks[0] ?? 0, yTicks.at(-1) ?? 1];
  const [xMin, xMax] = [first.day - 2, last.day + 2];
  const plotWidth = width - PLOT.left - PLOT.right;
  const plotHeight = HEIGHT - PLOT.top - PLOT.bottom;
  const x = (day: number) => PLOT.left + ((day - xMin) / (xMax - xMin || 1)) * plotWidth;
  const y = (euros: number) => PLOT.top + (1 - (euros - yMin) / (yMax - yMin || 1)) * plotHeight;
  const shown = Math.min(chosen ?? lastIndex, lastIndex);
  const current = dated[shown] ?? last;
  const line = dated
    .map((point, index) => {
      const at = `${x(point.day).toFixed(1)} ${y(point.balance / 100).toFixed(1)}`;
      return index === 0 ? `M${at}` : `H${x(point.day).toFixed(1)}V${y(point.balance / 100).toFixed(1)}`;
    })
    .join('');

  const onKeyDown = (event: KeyboardEvent) => {
    const next = { ArrowLeft: shown - 1, ArrowRight: shown + 1, Home: 0, End: lastIndex }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setChosen(Math.min(lastIndex, Math.max(0, next)));
  };

  return (
    <figure className="chart" ref={ref}>
      {/* A drawing with a keyboard position of its own; what it says is in the label and the live text. */}
      <div role="group" aria-label={summary} tabIndex={0} onKeyDown={onKeyDown} onBlur={() => setChosen(null)} data-testid="balance-chart">
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} aria-hidden="true">
          <g className="grid">
            {yTicks.map((tick) => (
              <g key={tick} className={tick === 0 ? 'zero' : undefined}>
                <path d={`M${PLOT.left} ${y(tick)}H${PLOT.left + plotWidth}`} />
                <text x={PLOT.left - 10} y={y(tick) + 5} textAnchor="end">
                  {formatInteger(tick)}
                </text>
              </g>
            ))}
          </g>
          <g className="axis">
            {monthMarks(xMin, xMax, plotWidth / 84).map(({ day, text }) => (
              <g key={day}>
                <path d={`M${x(day)} ${HEIGHT - PLOT.bottom + 4}v6`} />
                <text x={Math.min(width - 26, x(day))} y={HEIGHT - 6} textAnchor="middle">
                  {text}
                </text>
              </g>
            ))}
          </g>
          <path className="line" d={line} />
          <path className="leader" d={`M${x(current.day)} ${PLOT.top - 10}V${y(current.balance / 100) - 7}`} />
          <circle className="point" cx={x(current.day)} cy={y(current.balance / 100)} r={6} />
          <text
            className="current"
            x={x(current.day) > width / 2 ? Math.min(width - 4, x(current.day) + 6) : Math.max(PLOT.left, x(current.day) - 6)}
            y={18}
            textAnchor={x(current.day) > width / 2 ? 'end' : 'start'}
          >
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
