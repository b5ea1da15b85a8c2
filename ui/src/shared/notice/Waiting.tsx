import { useEffect, useState } from 'react';
import { useTexts } from '../../i18n/text';

/** Nothing for 300 ms, then whose answer we wait for. No spinner, no skeleton verdict. */
export function Waiting({ name }: { name: string }) {
  const { t } = useTexts();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="waiting" role="status">
      {late && <p>{t('app.waiting', { name })}</p>}
      <hr />
      <hr />
      <hr />
    </div>
  );
}
