import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { connect } from './backend/connect';
import { settingsAtStart } from './backend/start';
import type { OtherTexts } from './i18n/i18n';
import './theme/index.css';

/** The pseudo-locale of `?lang=pseudo`, in development only; a build-time condition keeps it out of the program. */
async function otherTexts(): Promise<OtherTexts | undefined> {
  const asked = (import.meta.env.DEV || import.meta.env.MODE === 'fixture') && window.location.search.includes('lang=pseudo');
  return asked ? { en: (await import('./i18n/pseudo')).PSEUDO } : undefined;
}

const root = document.getElementById('root');
if (root) {
  void Promise.all([connect(), otherTexts()]).then(([backend, other]) =>
    createRoot(root).render(
      <StrictMode>
        <App backend={backend} start={settingsAtStart()} other={other} />
      </StrictMode>,
    ),
  );
}
