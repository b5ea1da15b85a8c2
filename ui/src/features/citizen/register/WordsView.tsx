import { useMemo, useState } from 'react';
import { SearchField } from '../../../ds';
import { useTexts } from '../../../i18n/text';
import { collator } from '../../../shared/format';
import { wordsIn } from '../../../shared/codes/table';
import { TERMS } from '../../../shared/glossary/terms';

/** The whole glossary with a search; finds by name, explanation and the words as records write them. */
export function WordsView() {
  const { t, language } = useTexts();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const found = useMemo(
    () =>
      TERMS.map((term) => ({ id: term.id, name: wordsIn(term.name, language), text: wordsIn(term.text, language), words: term.words }))
        .filter(({ name, text, words }) =>
          [name, text, ...words.map((word) => word.replace('*', ''))].some((one) => one.toLowerCase().includes(wanted)),
        )
        .sort((a, b) => collator(language).compare(a.name, b.name)),
    [language, wanted],
  );
  return (
    <div className="glossary-page" data-testid="words">
      <p className="measure">{t('glossary.lead')}</p>
      <SearchField label={t('glossary.search')} placeholder={t('glossary.search')} value={search} onChange={setSearch} />
      {found.length === 0 && <p className="empty">{t('glossary.none')}</p>}
      <dl>
        {found.map(({ id, name, text }) => (
          <div key={id}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
