const STEP = 8;
const HEIGHT = 14;
/** Above this many entries a stick is a plain bar with its number. */
const NOTCHES_MAX = 50;

function piece(index: number): string {
  const x = index * STEP;
  return `M${x} ${HEIGHT}V0H${x + 1}L${x + 4} 4.6L${x + 7} 0H${x + 8}V${HEIGHT}Z`;
}

/** A tally stick lying: one notch per entry; `false` is an entry that is not there. Decoration: the words stand beside it. */
export function Stick({ entries, tone = 'strip' }: { entries: readonly boolean[]; tone?: 'strip' | 'unknown' }) {
  const shown = entries.length > NOTCHES_MAX ? [] : entries;
  const width = shown.length ? shown.length * STEP : NOTCHES_MAX * 6;
  const solid = shown.map((held, index) => (held ? piece(index) : '')).join('');
  const open = shown.map((held, index) => (held ? '' : piece(index))).join('');
  return (
    <svg
      className={`stick stick-${tone}`}
      viewBox={`-1 -1 ${width + 2} ${HEIGHT + 2}`}
      width={width + 2}
      height={HEIGHT + 2}
      aria-hidden="true"
    >
      {shown.length === 0 && <path className="solid" d={`M0 0H${width}V${HEIGHT}H0Z`} />}
      {solid && <path className="solid" d={solid} />}
      {open && <path className="open" d={open} />}
    </svg>
  );
}
