import { useMemo } from 'react';
import type { RecordRow } from '../../backend/contract';
import { ChoiceChips, SearchField, SelectField, type Choice } from '../../ds';
import { useTexts, type Texts } from '../../i18n/text';
import { formatInteger } from '../format';
import { kindsText } from '../record/titles';
import { kindsOf, needsAttention, pressed, SORT_KEYS, yearsOf, type ListFilter, type ListSort } from './rows';

/** Chips for kinds; with *All* at most five. */
const CHIPS_MAX = 4;

/** *All*, what needs a person, the most frequent kinds; a chosen kind always has its chip. */
function kindChoices(rows: RecordRow[], chosen: string, asked: boolean, texts: Texts): Choice<string>[] {
  const { t } = texts;
  const attention = rows.filter((row) => needsAttention(row.verdict.verdict)).length;
  const kinds = asked ? kindsOf(rows) : [];
  const chips = kinds.slice(0, attention > 0 ? CHIPS_MAX - 1 : CHIPS_MAX);
  const missing = kinds.find(({ schema }) => schema === chosen && !chips.some((chip) => chip.schema === schema));
  if (missing) chips.splice(-1, 1, missing);
  return [
    { value: 'all', label: `${t('list.all')} ${formatInteger(rows.length)}` },
    ...(attention > 0 ? [{ value: 'attention', label: `${t('list.problemsOnly')} ${formatInteger(attention)}` }] : []),
    ...chips.map(({ schema, count }) => ({ value: schema, label: `${kindsText(schema, texts)} ${formatInteger(count)}` })),
  ];
}

function periodChoices(years: string[], { t }: Texts): Choice<string>[] {
  return [
    { value: 'all', label: t('list.allYears') },
    { value: 'days30', label: t('list.days30') },
    { value: 'months12', label: t('list.months12') },
    ...years.map((year) => ({ value: year, label: year })),
  ];
}

/** Search, at most five chips with counts, one select; on a narrow window also the order, which has no column heads there. */
export function ListFilters(props: {
  rows: RecordRow[];
  /** Offer the kinds; without them only *All* and what needs a person. */
  kinds: boolean;
  filter: ListFilter;
  sort: ListSort;
  onChange: (filter: ListFilter) => void;
  onSort: (sort: ListSort) => void;
}) {
  const texts = useTexts();
  const { t, language } = texts;
  const { rows, filter, sort, onChange, onSort } = props;
  const { kind } = filter;
  // not on each key: only other rows or another language change them
  const years = useMemo(() => yearsOf(rows, language), [rows, language]);
  const kinds = useMemo(() => kindChoices(rows, kind, props.kinds, texts), [rows, kind, props.kinds, texts]);
  return (
    <div className="list-filters" role="search" aria-label={t('list.searchLabel')}>
      <SearchField
        label={t('list.searchLabel')}
        placeholder={t('list.search')}
        value={filter.search}
        onChange={(search) => onChange({ ...filter, search })}
      />
      {kinds.length > (props.kinds ? 2 : 1) && (
        <ChoiceChips legend={t('list.filterKind')} value={filter.kind} onChange={(kind) => onChange({ ...filter, kind })} choices={kinds} />
      )}
      {years.length > 1 && (
        <SelectField
          label={t('list.period')}
          value={filter.period}
          onChange={(period) => onChange({ ...filter, period })}
          choices={periodChoices(years, texts)}
          testId="list-period"
        />
      )}
      <div className="narrow-sort">
        <SelectField
          label={t('list.order')}
          value={sort.by}
          onChange={(by) => onSort(by === sort.by ? sort : pressed(sort, by))}
          choices={SORT_KEYS.map((by) => ({ value: by, label: t(`list.by.${by}`) }))}
        />
      </div>
    </div>
  );
}
