import { Radio } from '@digdir/designsystemet-react';
import { useId } from 'react';

/** One choice with its consequence in words. */
export interface RadioChoice<T extends string> {
  value: T;
  label: string;
  description: string;
}

/** A single choice, each with what it does. */
export function RadioList<T extends string>(props: {
  legend: string;
  choices: RadioChoice<T>[];
  value: T;
  onChange: (value: T) => void;
  testId?: string;
}) {
  const name = useId();
  return (
    <fieldset className="radio-list">
      <legend className="sr-only">{props.legend}</legend>
      {props.choices.map((choice) => (
        <Radio
          key={choice.value}
          name={name}
          value={choice.value}
          label={choice.label}
          description={choice.description}
          checked={choice.value === props.value}
          onChange={() => props.onChange(choice.value)}
          data-size="sm"
          data-testid={props.testId && `${props.testId}-${choice.value}`}
        />
      ))}
    </fieldset>
  );
}
