import { useLayoutEffect, useRef, useState } from 'react';

/** Width of an element, so that a drawing keeps its text at 14 px instead of shrinking. */
export function useWidth<T extends HTMLElement>(start: number) {
  const ref = useRef<T>(null);
  const [width, setWidth] = useState(start);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(240, Math.round(entry.contentRect.width))));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}
