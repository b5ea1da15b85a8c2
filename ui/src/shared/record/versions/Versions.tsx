import { useState } from 'react';
import type { RecordView } from '../../../backend/contract';
import { useTexts } from '../../../i18n/text';
import { formatDateTime } from '../../format';
import { Difference } from './Difference';

/** Versions of a record, the newest first, and what changed between this one and another. */
export function Versions({ view, onOpen }: { view: RecordView; onOpen: (id: string) => void }) {
  const texts = useTexts();
  const { t } = texts;
  const here = view.row.version;
  // From the start: what this version changed, or what came after it.
  const near = view.versions.find(({ version }) => version === here - 1) ?? view.versions.find(({ version }) => version === here + 1);
  const [other, setOther] = useState<string | null>(view.fields.length > 0 ? (near?.id ?? null) : null);
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
              <span className="row version-actions">
                <button type="button" className="link" onClick={() => onOpen(version.id)}>
                  {t('record.openThis')}
                </button>
                <button
                  type="button"
                  className="link"
                  aria-expanded={other === version.id}
                  onClick={() => setOther(other === version.id ? null : version.id)}
                  data-testid={`compare-${version.version}`}
                >
                  {t(other === version.id ? 'diff.hide' : 'diff.show')}
                </button>
              </span>
            )}
          </li>
        ))}
      </ol>
      {other && <Difference view={view} other={other} />}
    </section>
  );
}
