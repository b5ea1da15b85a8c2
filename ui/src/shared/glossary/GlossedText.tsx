import { Fragment, useMemo, useState } from 'react';
import { useTexts } from '../../i18n/text';
import { formatInteger } from '../format';
import { clip, LIMITS } from '../record/RecordText';
import { pieces } from './match';
import { TermWord } from './Term';

const STEP = 20_000;

/**
 * Words of a record on its sheet with the glossary's words to be asked. The text itself is untouched: always text,
 * isolated, long ones unfold step by step.
 */
export function GlossedText({ text }: { text: string }) {
  const { t } = useTexts();
  const [limit, setLimit] = useState<number>(LIMITS.sheet);
  const shown = clip(text, limit);
  const whole = shown.length === text.length;
  const parts = useMemo(() => pieces(shown), [shown]);
  return (
    <>
      <bdi className="record-text">
        {parts.map((part, index) => (
          <Fragment key={index}>{part.term ? <TermWord term={part.term}>{part.text}</TermWord> : part.text}</Fragment>
        ))}
        {!whole && '…'}
      </bdi>
      {!whole && (
        <span className="caption block">
          {t('record.long', { n: formatInteger(shown.length) })}{' '}
          <button type="button" className="link" onClick={() => setLimit(limit + STEP)}>
            {t('record.longAll')}
          </button>
        </span>
      )}
    </>
  );
}
