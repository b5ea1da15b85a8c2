import { useEffect, useState } from 'react';
import { I18nextProvider } from 'react-i18next';
import type { PinBackend } from '../backend/backend';
import { toErrorInfo } from '../backend/backend';
import type { ErrorInfo, PinContext } from '../backend/contract';
import { createFrom } from '../i18n/create';
import pinTexts from 'virtual:pin-texts';
import { KeypadForm } from './KeypadForm';
import { PinFailure } from './PinFailure';
import { PinForm } from './PinForm';

/** The PIN window: waits for its context, then asks. Language and colours follow the main window. */
export function PinApp({ backend }: { backend: PinBackend }) {
  const [context, setContext] = useState<PinContext | null>(null);
  const [failure, setFailure] = useState<ErrorInfo | null>(null);
  const [texts] = useState(() => createFrom('et', pinTexts));
  useEffect(() => {
    let ended = false;
    const show = (next: PinContext) => {
      if (ended) return;
      document.documentElement.lang = next.language;
      document.documentElement.dataset.colorScheme = next.theme;
      void texts.changeLanguage(next.language).then(() => !ended && setContext(next));
    };
    const end = backend.onPinChanged(show);
    backend.pinContext().then(show, (error: unknown) => !ended && setFailure(toErrorInfo(error)));
    return () => {
      ended = true;
      end();
    };
  }, [backend, texts]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') void backend.pinCancel();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [backend]);
  return (
    <I18nextProvider i18n={texts}>
      <main className="pin-window">
        {failure && <PinFailure error={failure} onClose={() => void backend.pinCancel()} />}
        {context && (context.keypad ? <KeypadForm backend={backend} context={context} /> : <PinForm backend={backend} context={context} />)}
      </main>
    </I18nextProvider>
  );
}
