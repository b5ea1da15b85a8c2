import type { Texts } from '../../i18n/text';
import { daysBetween } from './workingDay';

const DAYS_MAX = 60;
const MONTHS_MAX = 24;

/** How long until a day, in words: today, tomorrow, in 17 days, in 5 months; or how long ago it passed. */
export function daysLeft(today: string, day: string, { t }: Texts): string {
  const days = daysBetween(today, day);
  if (days === 0) return t('left.today');
  if (days === 1) return t('left.tomorrow');
  const away = Math.abs(days);
  const [unit, count] =
    away <= DAYS_MAX
      ? (['days', away] as const)
      : away / 30.44 < MONTHS_MAX
        ? (['months', Math.round(away / 30.44)] as const)
        : (['years', Math.floor(away / 365.25)] as const);
  return t(days > 0 ? `left.${unit}` : `left.ago.${unit}`, { count });
}
