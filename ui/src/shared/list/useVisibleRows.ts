import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useLayoutEffect, useState, type RefObject } from 'react';
import type { ListRow } from './ListIndex';

/** Height of a row before it is measured. */
const ROW_HEIGHT = 60;
/** Rows drawn beyond the edges of the window. */
const BEYOND = 10;

/** A row to draw, after a gap that stands for rows out of sight. */
export interface VisibleRow {
  index: number;
  gap: number;
}

/** Rows to draw now, all of them if `whole`. The row `kept` is always among them, so that the focus never falls off the page. */
export function useVisibleRows(table: RefObject<HTMLTableElement | null>, rows: readonly ListRow[], kept: number, whole: boolean) {
  const [margin, setMargin] = useState(0);
  const scroller = useCallback(() => table.current?.closest('main') ?? null, [table]);
  // eslint-disable-next-line react-hooks/incompatible-library -- what it returns is read in this function only
  const virtualizer = useVirtualizer({
    count: rows.length,
    enabled: !whole,
    getScrollElement: scroller,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index]?.row.id ?? index,
    overscan: BEYOND,
    scrollMargin: margin,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      if (kept < 0 || kept >= rows.length || shown.includes(kept)) return shown;
      return kept < (shown[0] ?? 0) ? [kept, ...shown] : [...shown, kept];
    },
  });

  // what stands above the table moves it: alarms, filters on two lines, a wider window
  useLayoutEffect(() => {
    const page = table.current?.parentElement;
    if (whole || !page) return;
    const measure = () => {
      const body = table.current?.tBodies[0];
      const main = scroller();
      if (!body || !main) return;
      const top = Math.round(body.getBoundingClientRect().top - main.getBoundingClientRect().top + main.scrollTop);
      setMargin((now) => (Math.abs(now - top) > 1 ? top : now));
    };
    measure();
    if (typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(measure);
    observer.observe(page);
    return () => observer.disconnect();
  }, [table, scroller, whole]);

  if (whole) return { visible: rows.map((_, index): VisibleRow => ({ index, gap: 0 })), after: 0, measure: undefined };
  let end = margin;
  const visible = virtualizer.getVirtualItems().map((item): VisibleRow => {
    const gap = item.start - end;
    end = item.end;
    return { index: item.index, gap };
  });
  return { visible, after: virtualizer.getTotalSize() + margin - end, measure: virtualizer.measureElement };
}
