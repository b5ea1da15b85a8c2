import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { I18nextProvider } from 'react-i18next';
import type { Backend } from '../backend/backend';
import type { Settings } from '../backend/contract';
import { createTexts, speak, type OtherTexts } from '../i18n/i18n';
import { BackendProvider } from '../shared/session/BackendContext';
import { createQueries, keys, useSettings } from '../shared/session/queries';
import { useBackendEvents } from '../shared/session/useBackendEvents';
import { showSettings } from './appearance';
import { Frame } from './Frame';

const START: Settings = { language: 'et', theme: 'auto', textSize: 'normal', sharedComputer: false, notifications: false, welcomed: false };

function Window({ settings, other }: { settings: Settings; other?: OtherTexts }) {
  const [texts] = useState(() => createTexts(settings.language, other));
  useEffect(() => {
    showSettings(settings);
    if (texts.language !== settings.language) speak(texts, settings.language);
  }, [texts, settings]);
  return (
    <I18nextProvider i18n={texts}>
      <Frame />
    </I18nextProvider>
  );
}

/** Waits for the settings, so that nothing is read in the wrong language. */
function Loaded({ other }: { other?: OtherTexts }) {
  useBackendEvents();
  const settings = useSettings();
  return settings.isPending ? null : <Window settings={settings.data ?? START} other={other} />;
}

/** The main window. With `start`, the settings known before anything is asked, it shows itself at once. */
export function App({ backend, start = null, other }: { backend: Backend; start?: Settings | null; other?: OtherTexts }) {
  const [queries] = useState(() => {
    const made = createQueries();
    if (start) made.setQueryData(keys.settings, start);
    return made;
  });
  return (
    <BackendProvider value={backend}>
      <QueryClientProvider client={queries}>
        <Loaded other={other} />
      </QueryClientProvider>
    </BackendProvider>
  );
}
