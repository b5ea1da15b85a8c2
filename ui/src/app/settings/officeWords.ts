import type { AuthorityOffice, Decided } from '../../backend/contract';
import type { Texts } from '../../i18n/text';
import { formatDay, formatInteger } from '../../shared/format';

/** Since when something stands on the ledger. */
export const since = (decided: Decided | null, { t }: Texts): string =>
  decided ? t('offices.since', { date: formatDay(decided.notBeforeMs), page: formatInteger(decided.page) }) : t('offices.fromStart');

/** An authority's name; of one that joined by decision, its number. */
export const nameOf = ({ names, number }: AuthorityOffice, { t, language }: Texts): string =>
  names?.[language] ?? t('authority.joined', { number });
