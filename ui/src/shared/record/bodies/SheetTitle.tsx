import type { RecordRow } from '../../../backend/contract';
import { useTexts } from '../../../i18n/text';
import { keepTogether } from '../../format';
import { GlossedText } from '../../glossary/GlossedText';
import { RecordText } from '../RecordText';
import { heading } from '../titles';

/** Lay title first, then the official words. */
export function SheetTitle({ row, second }: { row: RecordRow; second?: string }) {
  const texts = useTexts();
  const words = heading(row, texts);
  const line = second ?? words.second.join(' · ');
  return (
    <div className="sheet-title notch">
      <h1 id="record-title" tabIndex={-1}>
        <RecordText text={words.title} />
      </h1>
      {line && (
        <p className="second-title">
          <GlossedText text={keepTogether(line)} />
        </p>
      )}
    </div>
  );
}
