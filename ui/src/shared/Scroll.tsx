import { useEffect, useRef, useState, type ReactNode } from 'react';

/** Scrolls sideways what is too wide for its place; then the keyboard can reach it, and only then. */
export function Scroll({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [wide, setWide] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(() => setWide(element.scrollWidth > element.clientWidth + 1));
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={box} className="scroll" tabIndex={wide ? 0 : undefined}>
      {children}
    </div>
  );
}
