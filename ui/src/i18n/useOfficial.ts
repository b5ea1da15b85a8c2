import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lend } from './i18n';

/** Finds an Estonian text: the words of the official forms. */
export type Official = (key: string) => string | null;

/**
 * Estonian words beside those of the reader's own language. They are read when first asked for; until then, and for a
 * reader of Estonian, there are none to add.
 */
export function useOfficial(): Official {
  const { i18n } = useTranslation();
  const [ready, setReady] = useState(() => i18n.hasResourceBundle('et', 'translation'));
  useEffect(() => {
    if (ready) return;
    let wanted = true;
    void lend(i18n, 'et').then(() => wanted && setReady(true));
    return () => {
      wanted = false;
    };
  }, [i18n, ready]);
  return (key) => (i18n.language !== 'et' && ready && i18n.exists(key, { lng: 'et' }) ? i18n.t(key, { lng: 'et' }) : null);
}
