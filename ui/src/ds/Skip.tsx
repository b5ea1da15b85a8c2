import { SkipLink } from '@digdir/designsystemet-react';

/** First stop of the keyboard: over the frame to the page. */
export function Skip({ target, children }: { target: string; children: string }) {
  return (
    <SkipLink
      href={`#${target}`}
      onClick={(event) => {
        event.preventDefault();
        document.getElementById(target)?.focus();
      }}
    >
      {children}
    </SkipLink>
  );
}
