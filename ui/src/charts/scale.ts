/** A round step so that about `count` ticks cover the span. */
export function niceStep(span: number, count: number): number {
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw || 1));
  const ratio = raw / power;
  const step = ratio <= 1 ? 1 : ratio <= 2 ? 2 : ratio <= 5 ? 5 : 10;
  return step * power;
}

/** Round ticks from below `min` to above `max`. */
export function ticks(min: number, max: number, count: number): number[] {
  const span = max - min || Math.abs(max) || 1;
  const step = niceStep(span, count);
  const first = Math.floor(min / step);
  const last = Math.ceil(max / step);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Days since the epoch of an ISO day; `null` for what is no day. */
export function dayNumber(iso: string): number | null {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(iso) ? Date.parse(`${iso}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) ? null : ms / 86_400_000;
}

/** Places after the point that a step needs. */
export const placesOf = (step: number): number => Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
