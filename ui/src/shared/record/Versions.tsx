import type { RecordView } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { formatDateTime } from '../format';

/** Versions of a record, the newest first. */
export function Versions({ view, onOpen }: { view: RecordView; onOpen: (id: string) => void }) {
  const texts = useTexts();
  const { t } = texts;
  if (view.versions.length < 2) return null;
  return (
    <section className="versions notch" aria-labelledby="versions-title">
      <h2 id="versions-title">{t('record.versions')}</h2>
      <ol>
        {[...view.versions].reverse().map((version) => (
          <li key={version.id}>
            <span className="strong">{t('record.version', { version: version.version })}</span>
            <span>{t(version.current ? 'record.versionCurrent' : 'record.versionOld')}</span>
            <span className="second">{t('record.versionNo', { n: version.n })}</span>
            <span className="second">
              {version.sealedMs !== null && t('record.versionSealed', { time: formatDateTime(version.sealedMs, texts) })}
            </span>
            {version.id === view.row.id ? (
              <span className="second">{t('record.thisOne')}</span>
            ) : (
              <button type="button" className="link" onClick={() => onOpen(version.id)}>
                {t('record.openThis')}
              </button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
