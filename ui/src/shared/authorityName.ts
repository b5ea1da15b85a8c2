import type { Names } from '../backend/contract';
import type { Texts } from '../i18n/text';

/** As the program calls an authority that no network file here names: its number on the ledger. */
const NUMBERED = /^authority-(\d{1,5})$/;

/** An authority's name by its id: the network file's words, else its number in plain words. */
export function authorityName(id: string, known: readonly { id: string; names: Names }[], { t, language }: Texts): string {
  const names = known.find((authority) => authority.id === id)?.names;
  const number = NUMBERED.exec(id)?.[1];
  return names?.[language] ?? (number ? t('authority.joined', { number }) : id);
}
