import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { About, Component } from '../../backend/contract';
import { SearchField, Unfold } from '../../ds';
import { useTexts } from '../../i18n/text';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { useBackend } from '../../shared/session/BackendContext';
import { keys } from '../../shared/session/queries';
import { Part } from './Part';

/** Components whose name, version or licence holds every word that was typed. */
function found(components: readonly Component[], typed: string): Component[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return components.filter(({ name, version, licence }) => {
    const line = `${name} ${version} ${licence}`.toLowerCase();
    return words.every((word) => line.includes(word));
  });
}

/** Everything of others that ships inside the program, with its licence. */
function Licences({ components }: { components: readonly Component[] }) {
  const { t } = useTexts();
  const [typed, setTyped] = useState('');
  const shown = useMemo(() => found(components, typed), [components, typed]);
  return (
    <div className="stack">
      <SearchField
        label={t('settings.licences.search')}
        placeholder={t('settings.licences.search')}
        value={typed}
        onChange={setTyped}
        testId="licence-search"
      />
      <p role="status" className="second" data-testid="licence-count">
        {shown.length ? t('settings.licences.found', { count: shown.length }) : t('settings.licences.none')}
      </p>
      <div className="licence-list" role="region" aria-label={t('settings.licences')} tabIndex={0}>
        <ul>
          {shown.map((part) => (
            <li key={`${part.kind}-${part.name}-${part.version}`}>
              <bdi className="strong">{part.name}</bdi> <span className="second tabular">{part.version}</span>
              <span className="second licence">{part.licence}</span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Versions({ about }: { about: About }) {
  const { t } = useTexts();
  const lines: [string, string][] = [
    [t('settings.about.version'), about.version],
    [t('settings.about.protocol'), about.networkProtocol],
    [t('settings.about.webview'), about.webview ?? t('settings.about.unknown')],
    [t('settings.about.os'), about.os],
  ];
  return (
    <dl className="about">
      {lines.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Versions and licences. */
export function AboutPart() {
  const { t } = useTexts();
  const backend = useBackend();
  const about = useQuery({ queryKey: keys.about, queryFn: () => backend.about() });
  return (
    <Part id="about" title={t('settings.about')}>
      {about.isError && <ErrorNote error={about.error} onRetry={() => void about.refetch()} />}
      {about.data && (
        <>
          <Versions about={about.data} />
          <p className="measure">{t('settings.about.licence')}</p>
          <Unfold summary={t('settings.licences')}>
            <Licences components={about.data.components} />
          </Unfold>
        </>
      )}
    </Part>
  );
}
