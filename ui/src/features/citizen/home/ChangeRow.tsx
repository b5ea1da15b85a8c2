import type { RecordRow } from '../../../backend/contract';
import { Button } from '../../../ds';
import { useTexts } from '../../../i18n/text';
import { formatDate, formatTime, isoDay } from '../../../shared/format';
import { clip, LIMITS, RowText } from '../../../shared/record/RecordText';
import { heading } from '../../../shared/record/titles';
import { usePlaces } from '../../../shared/session/places';
import { reasonText, VerdictMark } from '../../../shared/verdict/VerdictMark';
import { knownMs, type Alert } from './changes';

interface ChangeProps {
  row: RecordRow;
  /** Why it should be looked at soon. */
  alert?: Alert | null;
  /** It was shown without being verified: say why. */
  doubt?: 'here' | 'gone';
}

/** One change: when, what, from which register, and its verdict. */
export function ChangeRow({ row, alert = null, doubt }: ChangeProps) {
  const texts = useTexts();
  const { t } = texts;
  const { go } = usePlaces();
  const known = knownMs(row);
  const { title, second } = heading(row, texts);
  const open = () => go({ page: 'record', register: row.register, id: row.id });
  return (
    <li className="change" data-tone={row.verdict.verdict} data-alert={alert ?? undefined} onClick={open}>
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
        {alert && <p className="alert-text">{t(`alert.${alert}`)}</p>}
        {doubt && <p className="caption">{doubt === 'gone' ? t('home.gone') : reasonText(row.verdict, texts)}</p>}
      </div>
      <div className="change-check">
        <VerdictMark verdict={row.verdict.verdict} />
        {alert && (
          <Button
            data-size="sm"
            aria-label={`${t('alert.open')}: ${clip(title, LIMITS.row)}`}
            onClick={(event) => {
              event.stopPropagation();
              open();
            }}
          >
            {t('alert.open')}
          </Button>
        )}
      </div>
    </li>
  );
}
