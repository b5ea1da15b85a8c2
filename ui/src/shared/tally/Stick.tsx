const STEP = 8;
const HEIGHT = 14;
/** Above this many entries a stick is a plain bar with its number. */
const NOTCHES_MAX = 50;

/** One run of pieces that are alike, as one outline. */
function run(from: number, until: number): string {
  const notches = Array.from({ length: until - from }, (_, index) => {
    const x = (from + index) * STEP;
    return `H${x + 1}L${x + 4} 4.6L${x + 7} 0`;
  });
  return `M${from * STEP} ${HEIGHT}V0${notches.join('')}H${until * STEP}V${HEIGHT}Z`;
}

/** Every run of entries that are held, or not. */
function runs(entries: readonly boolean[], held: boolean): string {
  let path = '';
  for (let from = entries.indexOf(held); from >= 0;) {
    const end = entries.indexOf(!held, from);
    const until = end < 0 ? entries.length : end;
    path += run(from, until);
    from = entries.indexOf(held, until);
  }
  return path;
}

/** A tally stick lying: one notch per entry; `false` is an entry that is not there. Decoration: the words stand beside it. */
export function Stick({ entries, tone = 'strip' }: { entries: readonly boolean[]; tone?: 'strip' | 'unknown' }) {
  const shown = entries.length > NOTCHES_MAX ? [] : entries;
  const width = shown.length ? shown.length * STEP : NOTCHES_MAX * 6;
  const solid = runs(shown, true);
  const open = runs(shown, false);
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
