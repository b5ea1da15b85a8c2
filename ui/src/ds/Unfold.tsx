import { Details, DetailsContent, DetailsSummary } from '@digdir/designsystemet-react';
import type { ReactNode } from 'react';

/** Something that unfolds on demand. */
export function Unfold({ summary, children }: { summary: string; children: ReactNode }) {
  return (
    <Details data-size="sm" data-color="neutral">
      <DetailsSummary>{summary}</DetailsSummary>
      <DetailsContent>{children}</DetailsContent>
    </Details>
  );
}
