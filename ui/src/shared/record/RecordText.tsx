import { useState } from 'react';
import { useTexts } from '../../i18n/text';
import { formatInteger } from '../format';

/** Most characters of one value shown at first, in a list and on a sheet. */
export const LIMITS = { row: 160, sheet: 2000 } as const;
const STEP = 20_000;

/** The first `limit` characters, never half of one. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let end = limit;
  const last = text.charCodeAt(end - 1);
  if (last >= 0xd800 && last <= 0xdbff) end -= 1;
  return text.slice(0, end);
}

/** Words of a record in a list row: isolated, clipped, one or two lines. */
export function RowText({ text }: { text: string }) {
  const shown = clip(text, LIMITS.row);
  return <bdi className="record-text row-text">{shown.length < text.length ? `${shown}…` : shown}</bdi>;
}

/** Words of a record on its sheet: always text, isolated, long ones unfold step by step. */
export function RecordText({ text }: { text: string }) {
  const { t } = useTexts();
  const [limit, setLimit] = useState<number>(LIMITS.sheet);
  const shown = clip(text, limit);
  if (shown.length === text.length) return <bdi className="record-text">{text}</bdi>;
  return (
    <>
      <bdi className="record-text">{shown}…</bdi>
      <span className="caption block">
        {t('record.long', { n: formatInteger(shown.length) })}{' '}
        <button type="button" className="link" onClick={() => setLimit(limit + STEP)}>
          {t('record.longAll')}
        </button>
      </span>
    </>
  );
}
