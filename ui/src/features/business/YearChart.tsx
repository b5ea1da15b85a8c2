import { useWidth } from '../../charts/useWidth';

const HEIGHT = 164;
const PLOT = { top: 30, bottom: 26 } as const;
const BAR_MAX = 56;

/** One figure over the years. */
export interface YearPoint {
  year: number;
  value: number;
  label: string;
}

/** Bars or a line in ink, from nought; the year pointed at is solid and says its value. The table beside says the rest. */
export function YearChart({ points, line = false, shown }: { points: YearPoint[]; line?: boolean; shown: number }) {
  const { ref, width } = useWidth<HTMLDivElement>(280);
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const step = width / Math.max(1, points.length);
  const x = (index: number) => step * (index + 0.5);
  const y = (value: number) => PLOT.top + ((high - value) / (high - low || 1)) * (HEIGHT - PLOT.top - PLOT.bottom);
  const bar = Math.min(BAR_MAX, step * 0.62);
  const current = points[shown];
  const everyYear = step > 40;
  return (
    <div ref={ref}>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} aria-hidden="true">
        {line ? (
          <>
            <path
              className="line"
              d={points.map(({ value }, index) => `${index ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join('')}
            />
            {points.map(({ year, value }, index) => (
              <circle
                key={year}
                className={index === shown ? 'dot now' : 'dot'}
                cx={x(index)}
                cy={y(value)}
                r={index === shown ? 6 : 4.5}
              />
            ))}
          </>
        ) : (
          points.map(({ year, value }, index) => (
            <rect
              key={year}
              className={index === shown ? 'bar now' : 'bar'}
              x={x(index) - bar / 2}
              y={Math.min(y(0), y(value))}
              width={bar}
              height={Math.max(1, Math.abs(y(value) - y(0)))}
            />
          ))
        )}
        <path className="zero" d={`M0 ${y(0)}H${width}`} />
        {points.map(
          ({ year }, index) =>
            (everyYear || index === shown) && (
              <text key={year} className={index === shown ? 'now' : undefined} x={x(index)} y={HEIGHT - 6} textAnchor="middle">
                {year}
              </text>
            ),
        )}
        {current && (
          <text
            className="now"
            x={Math.min(width - current.label.length * 4.4, Math.max(current.label.length * 4.4, x(shown)))}
            y={Math.max(16, Math.min(y(0), y(current.value)) - 11)}
            textAnchor="middle"
          >
            {current.label}
          </text>
        )}
      </svg>
    </div>
  );
}
