import { Select, SelectOption } from '@digdir/designsystemet-react';
import type { Choice } from './ChoiceChips';

/** A native select with a spoken name. */
export function SelectField<T extends string>(props: {
  label: string;
  choices: Choice<T>[];
  value: T;
  onChange: (value: T) => void;
  testId?: string;
}) {
  return (
    <Select
      aria-label={props.label}
      width="auto"
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value as T)}
      data-size="sm"
      data-testid={props.testId}
    >
      {props.choices.map((choice) => (
        <SelectOption key={choice.value} value={choice.value}>
          {choice.label}
        </SelectOption>
      ))}
    </Select>
  );
}
