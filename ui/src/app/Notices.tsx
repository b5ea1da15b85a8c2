import { useState } from 'react';
import { Button } from '../ds';
import { useTexts } from '../i18n/text';
import { ErrorNote } from '../shared/notice/ErrorNote';
import { useStatus } from '../shared/session/queries';

/** What happened to this program's own data, said until it is put away. */
export function Notices() {
  const { t } = useTexts();
  const notices = useStatus().data?.notices ?? [];
  const [seen, setSeen] = useState<readonly string[]>([]);
  const shown = notices.filter(({ code }) => !seen.includes(code));
  return shown.map((notice) => (
    <div key={notice.code} className="notice">
      <ErrorNote error={notice} testId="notice">
        <Button onClick={() => setSeen([...seen, notice.code])}>{t('app.close')}</Button>
      </ErrorNote>
    </div>
  ));
}
