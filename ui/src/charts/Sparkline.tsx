const [WIDTH, HEIGHT, PAD] = [112, 30, 5];

interface SparkProps {
  /** Oldest first. */
  values: number[];
  low: number | null;
  high: number | null;
}

/** The course of a value in the size of a line: ink line over the grey reference band. Decoration: words stand beside it. */
export function Sparkline({ values, low, high }: SparkProps) {
  if (values.length < 2) return null;
  const all = [...values, ...(low === null ? [] : [low]), ...(high === null ? [] : [high])];
  const [min, max] = [Math.min(...all), Math.max(...all)];
  const x = (index: number) => PAD + (index / (values.length - 1)) * (WIDTH - 2 * PAD);
  const y = (value: number) => PAD + (1 - (value - min) / (max - min || 1)) * (HEIGHT - 2 * PAD);
  const last = values.at(-1) ?? 0;
  const outside = (high !== null && last > high) || (low !== null && last < low);
  const [top, bottom] = [high === null ? 0 : y(high), low === null ? HEIGHT : y(low)];
  return (
    <svg className="chart spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      {(low !== null || high !== null) && (
        <g className="band">
          <rect x={0} y={top} width={WIDTH} height={Math.max(0, bottom - top)} />
        </g>
      )}
      <path
        className="line"
        d={values.map((value, index) => `${index ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join('')}
      />
      {outside ? (
        <rect className="point outside" x={x(values.length - 1) - 4} y={y(last) - 4} width={8} height={8} />
      ) : (
        <circle className="point" cx={x(values.length - 1)} cy={y(last)} r={3.5} />
      )}
    </svg>
  );
}
