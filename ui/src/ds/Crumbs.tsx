import { Breadcrumbs, BreadcrumbsItem, BreadcrumbsList } from '@digdir/designsystemet-react';
import { useTexts } from '../i18n/text';

/** One step back. */
export interface Crumb {
  label: string;
  onOpen: () => void;
}

/** At most two steps back. */
export function Crumbs({ steps }: { steps: Crumb[] }) {
  const { t } = useTexts();
  return (
    <Breadcrumbs aria-label={t('nav.here')} data-size="sm">
      <BreadcrumbsList>
        {steps.map((step) => (
          <BreadcrumbsItem key={step.label}>
            <button type="button" className="link" onClick={step.onOpen}>
              {step.label}
            </button>
          </BreadcrumbsItem>
        ))}
      </BreadcrumbsList>
    </Breadcrumbs>
  );
}
