import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import '../i18n/all';
import { createTexts } from '../i18n/i18n';
import type { Language } from '../backend/contract';
import { Gallery } from './Gallery';
import { wearLooks } from './looks';
import '../theme/index.css';
import './gallery.css';

const asked = new URLSearchParams(window.location.search).get('lang');
const language: Language = asked === 'en' || asked === 'ru' ? asked : 'et';
const root = document.getElementById('root');
if (root) {
  document.documentElement.lang = language;
  wearLooks();
  createRoot(root).render(
    <StrictMode>
      <I18nextProvider i18n={createTexts(language)}>
        <Gallery />
      </I18nextProvider>
    </StrictMode>,
  );
}
