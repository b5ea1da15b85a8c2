import type { Language } from '../backend/contract';
import type { Texts } from '../i18n/text';

/** Non-breaking space: between number and unit, thousands and hundreds. */
export const NBSP = '\u00a0';
/** Minus sign, never a hyphen. */
export const MINUS = '\u2212';

const ZONE = 'Europe/Tallinn';
const clockParts = new Intl.DateTimeFormat('et-EE', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

function parts(ms: number): Record<string, string> {
  return Object.fromEntries(clockParts.formatToParts(new Date(ms)).map((part) => [part.type, part.value]));
}

/** `2026-11-22` → `22.11.2026`. What is no ISO day is returned as it came. */
export function formatDate(iso: string): string {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  return day ? `${day[3]}.${day[2]}.${day[1]}` : iso;
}

/** `2026-11` → `11.2026`. */
export function formatMonth(iso: string): string {
  const month = /^(\d{4})-(\d{2})/.exec(iso);
  return month ? `${month[2]}.${month[1]}` : iso;
}

/** The Estonian calendar day of an instant, ISO. */
export function isoDay(ms: number): string {
  const p = parts(ms);
  return `${p.year}-${p.month}-${p.day}`;
}

/** Day of an instant, `22.11.2026`. */
export const formatDay = (ms: number): string => formatDate(isoDay(ms));

/** `14:02`, or `14:02:11` for ledger time. */
export function formatTime(ms: number, seconds = false): string {
  const p = parts(ms);
  return seconds ? `${p.hour}:${p.minute}:${p.second}` : `${p.hour}:${p.minute}`;
}

/** `22.11.2026 kell 14:02`. */
export const formatDateTime = (ms: number, { t }: Texts): string => t('time.at', { date: formatDay(ms), time: formatTime(ms) });

/** An instant of today by its time only, another day with its date. */
export function formatMoment(ms: number, nowMs: number, texts: Texts): string {
  return isoDay(ms) === isoDay(nowMs) ? texts.t('time.clock', { time: formatTime(ms) }) : formatDateTime(ms, texts);
}

/** When something was sealed: the interval shrinks to one minute when both ends show the same. */
export function formatSealed(fromMs: number, untilMs: number | null, texts: Texts): string {
  const end = untilMs ?? fromMs;
  if (isoDay(fromMs) !== isoDay(end)) return `${formatDateTime(fromMs, texts)} – ${formatDateTime(end, texts)}`;
  const [from, until] = [formatTime(fromMs), formatTime(end)];
  return texts.t('time.at', { date: formatDay(end), time: from === until ? until : `${from}–${until}` });
}

/** `1234567` → `1 234 567`. */
export function formatInteger(value: number): string {
  const digits = Math.abs(Math.trunc(value)).toString();
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, NBSP);
  return value < 0 ? `${MINUS}${grouped}` : grouped;
}

/** A number given as digits and places: `{61, 1}` → `6,1`. */
export function formatDecimal(digits: number, places: number): string {
  if (places <= 0) return formatInteger(digits);
  const text = Math.abs(digits)
    .toString()
    .padStart(places + 1, '0');
  const whole = formatInteger(Number(text.slice(0, -places)));
  return `${digits < 0 ? MINUS : ''}${whole},${text.slice(-places)}`;
}

/** Euro cents without the sign: `1 234,56`. */
export const formatCents = (cents: number): string => formatDecimal(cents, 2);

/** Euro cents: `1 234,56 €`. */
export const formatMoney = (cents: number): string => `${formatCents(cents)}${NBSP}€`;

/** `2026-10` → `oktoober 2026`. */
export function formatPeriod(period: string, { t, find }: Texts): string {
  const found = /^(\d{4})-(\d{2})$/.exec(period);
  const month = found && find(`month.${Number(found[2])}`);
  return found && month ? t('time.period', { month, year: found[1] ?? '' }) : period;
}

/** How long ago, in words: seconds to a minute, then minutes, hours, days. */
export function formatAge(ms: number, { t }: Texts): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return t('time.secondsAgo', { n: seconds });
  if (seconds < 3600) return t('time.minutesAgo', { n: Math.floor(seconds / 60) });
  if (seconds < 48 * 3600) return t('time.hoursAgo', { count: Math.floor(seconds / 3600) });
  return t('time.daysAgo', { count: Math.floor(seconds / 86400) });
}

/** A duration to wait: `40 s`, `3 min`, `2 h`. */
export function formatDuration(seconds: number, { t }: Texts): string {
  if (seconds < 60) return t('time.seconds', { n: Math.max(0, Math.round(seconds)) });
  if (seconds < 5400) return t('time.minutes', { n: Math.round(seconds / 60) });
  return t('time.hours', { n: Math.round(seconds / 3600) });
}

/** Bytes: `980 B`, `42 kB`, `1,2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes}${NBSP}B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)}${NBSP}kB`;
  return `${formatDecimal(Math.round(bytes / 100_000), 1)}${NBSP}MB`;
}

/** A personal code masked: `471•• •••033`. */
export function maskCode(code: string): string {
  return code.length === 11 ? `${code.slice(0, 3)}••${NBSP}•••${code.slice(8)}` : '•'.repeat(code.length);
}

/** Names kept together: no break after `dr`, initials. */
export const keepTogether = (text: string): string =>
  text.replace(/\b(dr|Dr|nr|tn|pst|mnt) /g, `$1${NBSP}`).replace(/\b(\p{Lu}\.) /gu, `$1${NBSP}`);

/** Words joined as a list: "A, B and C". */
export function joinNames(names: string[], and: string): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} ${and} ${names.at(-1)}`;
}

/** Orders texts as a dictionary of the language does. */
export function collator(language: Language): Intl.Collator {
  return new Intl.Collator({ et: 'et-EE', en: 'en-GB', ru: 'ru-RU' }[language], { sensitivity: 'base', numeric: true });
}
