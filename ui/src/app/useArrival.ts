import { useEffect, useLayoutEffect, type RefObject } from 'react';

/** A page that waits longer than this for its answer keeps the focus where it is. */
const WAIT_MS = 8000;

const toTop = (page: HTMLElement): void => {
  page.scrollTop = 0;
};

/** The heading of a page takes the focus: a screen reader then says where one has come. */
function focusHeading(main: HTMLElement): boolean {
  const heading = main.querySelector<HTMLElement>('h1');
  if (!heading) return false;
  if (!heading.hasAttribute('tabindex')) heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  return true;
}

/**
 * After each move the page starts at its top and its heading has the focus, as soon as there is one. A page that puts the
 * focus elsewhere by itself (the row one came from) is let be.
 */
export function useArrival(main: RefObject<HTMLElement | null>, moved: number): void {
  // before the page's own effects: a list scrolls back and gives the focus to a row after this
  useLayoutEffect(() => {
    const page = main.current;
    if (moved === 0 || !page) return;
    toTop(page);
    page.focus({ preventScroll: true });
  }, [main, moved]);

  useEffect(() => {
    const page = main.current;
    if (moved === 0 || !page) return;
    const arrive = () => document.activeElement !== page || focusHeading(page);
    if (arrive()) return;
    const watch = new MutationObserver(() => arrive() && end());
    const timer = setTimeout(() => end(), WAIT_MS);
    const end = () => {
      watch.disconnect();
      clearTimeout(timer);
    };
    watch.observe(page, { childList: true, subtree: true });
    return end;
  }, [main, moved]);
}
