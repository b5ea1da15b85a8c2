import type { RecordRow } from '../../../backend/contract';
import { useTexts } from '../../../i18n/text';
import { formatDate, formatTime, isoDay } from '../../../shared/format';
import { RowText } from '../../../shared/record/RecordText';
import { heading } from '../../../shared/record/titles';
import { usePlaces } from '../../../shared/session/places';
import { VerdictMark } from '../../../shared/verdict/VerdictMark';
import { knownMs } from './changes';

/** One change: when, what, from which register, and its verdict. */
export function ChangeRow({ row }: { row: RecordRow }) {
  const texts = useTexts();
  const { t } = texts;
  const { go } = usePlaces();
  const known = knownMs(row);
  const { title, second } = heading(row, texts);
  const open = () => go({ page: 'record', register: row.register, id: row.id });
  return (
    <li className="change" data-tone={row.verdict.verdict} onClick={open}>
      <div className="change-when tabular">
        <strong>{known ? formatDate(isoDay(known)).slice(0, 6) : formatDate(row.date)}</strong>
        {known > 0 && <span>{formatTime(known)}</span>}
      </div>
      <div className="change-what">
        <button
          type="button"
          className="row-title"
          onClick={(event) => {
            event.stopPropagation();
            open();
          }}
        >
          <RowText text={title} />
        </button>
        <p className="second">
          {t(`nav.${row.register}`)}
          {second.length > 0 && (
            <>
              {' · '}
              <RowText text={second.join(', ')} />
            </>
          )}
        </p>
      </div>
      <VerdictMark verdict={row.verdict.verdict} />
    </li>
  );
}
