import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';

/** Pages of a long list. */
export function Pager({ page, pages, onChange }: { page: number; pages: number; onChange: (page: number) => void }) {
  const { t } = useTexts();
  if (pages <= 1) return null;
  return (
    <nav className="row pager" aria-label={t('list.pages')}>
      {page > 1 && <Button onClick={() => onChange(page - 1)}>{t('list.previous')}</Button>}
      <span aria-live="polite">{t('list.page', { page, pages })}</span>
      {page < pages && <Button onClick={() => onChange(page + 1)}>{t('list.next')}</Button>}
    </nav>
  );
}
