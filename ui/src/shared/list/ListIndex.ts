import type { RecordRow, Verdict } from '../../backend/contract';
import type { Texts } from '../../i18n/text';
import { collator, formatDate } from '../format';
import { heading, kindText, type Heading } from '../record/titles';
import { companyOf, dayOf, needsAttention, type ListFilter, type ListSort, type SortKey } from './rows';

/** What needs a person comes first. */
const WORST_FIRST: readonly Verdict[] = ['withheld', 'altered', 'oldVersion', 'cannotCheck', 'notYetSealed', 'proven'];
/** Longest part of a title or value that is searched and sorted by. */
const WORDS_MAX = 200;

/** Without case and marks: "Õ" is found by "o". */
const fold = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '');

/** A row with the words it is shown and found by. They are made when first asked for: most rows of a long list never are. */
export class ListRow {
  private headed: Heading | null = null;
  private folded: string | null = null;

  constructor(
    readonly row: RecordRow,
    private readonly texts: Texts,
  ) {}

  private get heading(): Heading {
    return (this.headed ??= heading(this.row, this.texts));
  }

  get title(): string {
    return this.heading.title;
  }

  get second(): string {
    return this.heading.second.join(' · ');
  }

  /** All that a search looks through. */
  get words(): string {
    if (this.folded !== null) return this.folded;
    const { row } = this;
    const values = Object.values(row.fields).map((value) => (value.t === 'text' || value.t === 'code' ? value.v.slice(0, WORDS_MAX) : ''));
    const searched = [
      String(row.n),
      this.title.slice(0, WORDS_MAX),
      this.second.slice(0, 2 * WORDS_MAX),
      ...values,
      row.date,
      formatDate(row.date),
    ];
    return (this.folded = fold(searched.join(' ')));
  }
}

/** The place of each word among all; each different word is compared once. */
function ranked(words: string[], compare: (a: string, b: string) => number): number[] {
  const places = new Map([...new Set(words)].sort(compare).map((word, rank) => [word, rank]));
  return words.map((word) => places.get(word) ?? 0);
}

/** First day of a period, ISO; `null` for a year or all of them. */
function firstDay(period: string, today: string): string | null {
  const days = period === 'days30' ? 30 : period === 'months12' ? 365 : 0;
  return days ? new Date(Date.parse(`${today}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10) : null;
}

/** A list made ready once: searched, filtered and sorted without reading the records again. */
export class ListIndex {
  readonly rows: readonly ListRow[];
  private readonly orders = new Map<SortKey, readonly ListRow[]>();

  constructor(
    rows: RecordRow[],
    private readonly texts: Texts,
  ) {
    this.rows = rows.map((row) => new ListRow(row, texts));
  }

  /** Rows from the lowest to the highest. Made at the first wish, then kept. */
  private ascending(by: SortKey): readonly ListRow[] {
    const kept = this.orders.get(by);
    if (kept) return kept;
    const ranks = this.ranks(by);
    const ranked = this.rows.map((row, index) => ({ row, rank: ranks[index] ?? 0 }));
    // equal ones: the newest first in the order of the first press
    if (by === 'no' || by === 'date') ranked.reverse();
    const made = ranked.sort((a, b) => a.rank - b.rank).map(({ row }) => row);
    this.orders.set(by, made);
    return made;
  }

  private ranks(by: SortKey): number[] {
    switch (by) {
      case 'no':
        return this.rows.map((_, index) => -index);
      case 'check':
        return this.rows.map(({ row }) => WORST_FIRST.indexOf(row.verdict.verdict));
      case 'date':
        return ranked(
          this.rows.map(({ row }) => dayOf(row)),
          (a, b) => (a < b ? -1 : 1),
        );
      case 'kind': {
        // one text for each kind: looking texts up costs more than sorting
        const kinds = new Map([...new Set(this.rows.map(({ row }) => row.schema))].map((schema) => [schema, kindText(schema, this.texts)]));
        return ranked(
          this.rows.map(({ row }) => kinds.get(row.schema) ?? ''),
          collator(this.texts.language).compare,
        );
      }
      default:
        return ranked(
          this.rows.map(({ title }) => title.slice(0, WORDS_MAX)),
          collator(this.texts.language).compare,
        );
    }
  }

  /** The chosen rows in the chosen order. */
  select(filter: ListFilter, sort: ListSort, today: string): ListRow[] {
    const wanted = fold(filter.search).split(/\s+/).filter(Boolean);
    const from = firstDay(filter.period, today);
    const year = from === null && filter.period !== 'all' ? filter.period : null;
    const fits = (one: ListRow): boolean => {
      const { row } = one;
      if (filter.kind === 'attention' ? !needsAttention(row.verdict.verdict) : filter.kind !== 'all' && row.schema !== filter.kind)
        return false;
      if (from !== null && dayOf(row) < from) return false;
      if (year !== null && dayOf(row).slice(0, 4) !== year) return false;
      if (filter.company !== null && companyOf(row) !== filter.company) return false;
      return wanted.every((word) => one.words.includes(word));
    };
    const found = this.ascending(sort.by).filter(fits);
    return sort.down ? found.reverse() : found;
  }
}
