import type { Texts } from '../../i18n/text';
import { formatDecimal, formatInteger } from '../../shared/format';

/** How long something still takes, in words and rounded as people say it; nobody believes "41 s". */
export function timeLeft(seconds: number, { t }: Texts): string {
  if (seconds < 10) return t('time.left.soon');
  if (seconds < 55) return t('time.left.seconds', { count: Math.round(seconds / 10) * 10 });
  if (seconds < 3300) return t('time.left.minutes', { count: Math.max(1, Math.round(seconds / 60)) });
  return t('time.left.hours', { count: Math.max(1, Math.round(seconds / 3600)) });
}

/** How far off a clock is: seconds with a tenth, minutes, hours. */
export function clockOff(ms: number, { t }: Texts): string {
  const off = Math.abs(ms);
  if (off < 60_000) return t('time.off.seconds', { n: formatDecimal(Math.round(off / 100), 1) });
  if (off < 5_400_000) return t('time.off.minutes', { count: Math.round(off / 60_000) });
  return t('time.off.hours', { count: Math.round(off / 3_600_000), n: formatInteger(Math.round(off / 3_600_000)) });
}
