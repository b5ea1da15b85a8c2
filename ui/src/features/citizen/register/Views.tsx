import type { RegisterId } from '../../../backend/contract';
import { useTexts } from '../../../i18n/text';
import { formatInteger } from '../../../shared/format';
import { usePlaces } from '../../../shared/session/places';
import type { View } from './parts';

/** Parts of a register with their counts; the current one is marked by weight, line and `aria-current`. */
export function Views({ register, views, current }: { register: RegisterId; views: View[]; current: string }) {
  const { t } = useTexts();
  const { go } = usePlaces();
  return (
    <nav className="views no-print" aria-label={t('views.name', { name: t(`nav.${register}`) })}>
      <ul>
        {views.map(({ id, label, count }) => (
          <li key={id}>
            <button
              type="button"
              aria-current={id === current ? 'page' : undefined}
              onClick={() => go({ page: 'register', register, ...(id === 'all' ? {} : { kind: id }) })}
              data-testid={`view-${id}`}
            >
              {t(label)}
              {count !== null && <span className="count tabular"> {formatInteger(count)}</span>}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
