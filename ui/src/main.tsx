import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { connect } from './backend/connect';
import { settingsAtStart } from './backend/start';
import { learn, type OtherTexts } from './i18n/i18n';
import './theme/index.css';

/** The pseudo-locale of `?lang=pseudo`, in development only; a build-time condition keeps it out of the program. */
async function otherTexts(): Promise<OtherTexts | undefined> {
  const asked = (import.meta.env.DEV || import.meta.env.MODE === 'fixture') && window.location.search.includes('lang=pseudo');
  return asked ? { en: (await import('./i18n/pseudo')).PSEUDO } : undefined;
}

async function start(root: HTMLElement): Promise<void> {
  const backend = await connect();
  // Only a page that is loaded again has to ask; when nobody answers, the page itself says so, in Estonian.
  const settings = settingsAtStart() ?? (await backend.settings().catch(() => null));
  const [other] = await Promise.all([otherTexts(), learn(settings?.language ?? 'et')]);
  createRoot(root).render(
    <StrictMode>
      <App backend={backend} start={settings} other={other} />
    </StrictMode>,
  );
}

const root = document.getElementById('root');
if (root) void start(root);
