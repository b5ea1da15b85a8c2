import { Input } from '@digdir/designsystemet-react';
import { MagnifyingGlassIcon } from '@navikt/aksel-icons';

/** A search field; the list follows each key. */
export function SearchField(props: {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  testId?: string;
}) {
  return (
    <div className="search-field">
      <MagnifyingGlassIcon aria-hidden="true" className="icon" />
      <Input
        type="search"
        aria-label={props.label}
        placeholder={props.placeholder}
        value={props.value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => props.onChange(event.currentTarget.value)}
        data-size="sm"
        data-testid={props.testId}
      />
    </div>
  );
}
