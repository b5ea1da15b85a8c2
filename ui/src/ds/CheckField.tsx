import { Checkbox } from '@digdir/designsystemet-react';

/** A tick with its consequence in words. */
export function CheckField(props: {
  label: string;
  description: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  testId?: string;
}) {
  return (
    <Checkbox
      label={props.label}
      description={props.description}
      checked={props.checked}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
      data-testid={props.testId}
      data-size="sm"
    />
  );
}
