const DAY = 86_400_000;
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** Public holidays of Estonia that fall on the same day each year. */
const FIXED = new Set(['01-01', '02-24', '05-01', '06-23', '06-24', '08-20', '12-24', '12-25', '12-26']);
/** Days from Easter Sunday: Good Friday, Easter, Pentecost. */
const MOVING = [-2, 0, 49];

/** Easter Sunday by the Gregorian reckoning. */
export function easter(year: number): string {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const moon = (century - Math.floor(century / 4) - Math.floor((8 * century + 13) / 25) + 19 * golden + 15) % 30;
  const full = moon - Math.floor(moon / 28) * (1 - Math.floor(29 / (moon + 1)) * Math.floor((21 - golden) / 11));
  const weekday = (year + Math.floor(year / 4) + full + 2 - century + Math.floor(century / 4)) % 7;
  const offset = full - weekday;
  const month = 3 + Math.floor((offset + 40) / 44);
  const day = offset + 28 - 31 * Math.floor(month / 4);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function isFree(day: string): boolean {
  const weekday = new Date(at(day)).getUTCDay();
  if (weekday === 0 || weekday === 6 || FIXED.has(day.slice(5))) return true;
  const sunday = at(easter(Number(day.slice(0, 4))));
  return MOVING.some((offset) => iso(sunday + offset * DAY) === day);
}

/** The day itself, or the next working day when it is free: a deadline never ends on a free day. */
export function workingDay(day: string): string {
  let ms = at(day);
  while (isFree(iso(ms))) ms += DAY;
  return iso(ms);
}

/** Whole days from one ISO day to another; negative when it has passed. */
export const daysBetween = (from: string, to: string): number => Math.round((at(to) - at(from)) / DAY);

/** An ISO day some days later. */
export const dayAfter = (day: string, days: number): string => iso(at(day) + days * DAY);
