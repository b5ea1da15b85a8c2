import { bench, describe } from 'vitest';
import { manyDrafts } from '../backend/fixture/many';
import { FixtureList } from '../backend/fixture/draft';
import { textsOf } from './render';
import { ListIndex } from '../shared/list/ListIndex';
import { NO_FILTER, REGISTER_ORDER, SORT_KEYS } from '../shared/list/rows';

const rows = new FixtureList('health', 'me', manyDrafts(5000)).newestFirst();
const texts = textsOf('et');
const ready = new ListIndex(rows, texts);
const today = '2026-11-22';

describe('a list of 5,000 rows', () => {
  bench('made ready', () => void new ListIndex(rows, texts));
  bench('searched for three letters', () => void ready.select({ ...NO_FILTER, search: 'vis' }, REGISTER_ORDER, today));
  bench(
    'searched, by kind and period',
    () => void ready.select({ ...NO_FILTER, search: '99', kind: 'lab', period: '2019' }, REGISTER_ORDER, today),
  );
  for (const by of SORT_KEYS) {
    bench(
      `sorted by ${by}, the first time with making ready`,
      () => void new ListIndex(rows, texts).select(NO_FILTER, { by, down: false }, today),
    );
    bench(`sorted by ${by}, again`, () => void ready.select(NO_FILTER, { by, down: false }, today));
  }
});
