import type { RecordRow } from '../../backend/contract';
import { ChoiceChips, SearchField, SelectField } from '../../ds';
import { useTexts } from '../../i18n/text';
import { formatInteger } from '../format';
import { kindsText } from '../record/titles';
import { kindsOf, needsAttention, yearsOf, type ListFilter } from './rows';

const CHIPS_MAX = 4;

/** Search, at most five chips with counts, one select. */
export function ListFilters(props: { rows: RecordRow[]; filter: ListFilter; onChange: (filter: ListFilter) => void }) {
  const texts = useTexts();
  const { t, language } = texts;
  const { rows, filter, onChange } = props;
  const attention = rows.filter((row) => needsAttention(row.verdict.verdict)).length;
  const kinds = kindsOf(rows);
  const chips = kinds.slice(0, attention > 0 ? CHIPS_MAX - 1 : CHIPS_MAX);
  const years = yearsOf(rows, language);
  return (
    <div className="list-filters" role="search">
      <SearchField
        label={t('list.searchLabel')}
        placeholder={t('list.search')}
        value={filter.search}
        onChange={(search) => onChange({ ...filter, search })}
      />
      {kinds.length > 1 && (
        <ChoiceChips
          legend={t('list.filterKind')}
          value={filter.kind}
          onChange={(kind) => onChange({ ...filter, kind })}
          choices={[
            { value: 'all', label: `${t('list.all')} ${formatInteger(rows.length)}` },
            ...(attention > 0 ? [{ value: 'attention', label: `${t('list.problemsOnly')} ${formatInteger(attention)}` }] : []),
            ...chips.map(({ schema, count }) => ({ value: schema, label: `${kindsText(schema, texts)} ${formatInteger(count)}` })),
          ]}
        />
      )}
      {years.length > 1 && (
        <SelectField
          label={t('list.year')}
          value={filter.year}
          onChange={(year) => onChange({ ...filter, year })}
          choices={[{ value: 'all', label: t('list.allYears') }, ...years.map((year) => ({ value: year, label: year }))]}
        />
      )}
    </div>
  );
}
