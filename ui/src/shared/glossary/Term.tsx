import { useEffect, useId, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { useTexts } from '../../i18n/text';
import { wordsIn } from '../codes/table';
import { termOfField } from './fields';
import type { Term } from './terms';

/** Width of the explanation in the style sheet, with a margin. */
const PANEL = 360;

/** A word with its explanation on demand: opens beside the word, Esc and a press elsewhere close it. */
export function TermWord({ term, children }: { term: Term; children: ReactNode }) {
  const { t, language } = useTexts();
  const [open, setOpen] = useState(false);
  const [atEnd, setAtEnd] = useState(false);
  const whole = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useId();
  useLayoutEffect(() => {
    if (open && button.current) setAtEnd(button.current.getBoundingClientRect().left + PANEL > document.documentElement.clientWidth);
  }, [open]);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !whole.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);
  return (
    <span
      ref={whole}
      className="term"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        setOpen(false);
        button.current?.focus();
      }}
    >
      <dfn>
        <button
          ref={button}
          type="button"
          className="term-word"
          aria-expanded={open}
          aria-controls={open ? panel : undefined}
          data-testid={`term-${term.id}`}
          onClick={() => setOpen(!open)}
        >
          {children}
          <span className="sr-only"> {t('glossary.hint')}</span>
        </button>
      </dfn>
      {open && (
        <span id={panel} role="note" className="term-panel no-print" data-end={atEnd} dir="ltr" lang={language}>
          <strong className="block">{wordsIn(term.name, language)}</strong>
          <span>{wordsIn(term.text, language)}</span>
        </span>
      )}
    </span>
  );
}

/** The label of a field; one that the glossary explains can be asked. */
export function TermLabel({ field, children }: { field: string; children: ReactNode }) {
  const term = termOfField(field);
  return term ? <TermWord term={term}>{children}</TermWord> : children;
}
