import type { FieldValue } from '../../../backend/contract';
import type { Texts } from '../../../i18n/text';
import { valueText } from '../values';

/** Where a value lies that is outside its reference range. */
export type Side = 'high' | 'low' | null;

/** On which side of its reference range a value lies; no range, no side. */
export function sideOf(value: number | null, low: number | null, high: number | null): Side {
  if (value === null) return null;
  if (high !== null && value > high) return 'high';
  return low !== null && value < low ? 'low' : null;
}

/** A laboratory value as text. */
export const labNumber = (value: FieldValue | undefined, texts: Texts): string => valueText('lab', 'value', value, texts);

/** A reference range as text; an empty one when there is none. */
export function rangeText(low: FieldValue | undefined, high: FieldValue | undefined, texts: Texts): string {
  const [from, to] = [labNumber(low, texts), labNumber(high, texts)];
  if (from && to) return `${from}–${to}`;
  if (to) return texts.t('lab.upTo', { high: to });
  return from ? texts.t('lab.from', { low: from }) : '';
}

/** Where a value lies, in words. */
export function placeText(side: Side, range: string, { t }: Texts): string {
  if (!range) return t('lab.noRange');
  return t(side === 'high' ? 'lab.above' : side === 'low' ? 'lab.below' : 'lab.within', { range });
}
