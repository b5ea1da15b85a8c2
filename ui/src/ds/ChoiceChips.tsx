import { ChipRadio } from '@digdir/designsystemet-react';
import { useId } from 'react';

/** One choice of a row of chips. */
export interface Choice<T extends string> {
  value: T;
  label: string;
}

/** At most six single-choice chips. */
export function ChoiceChips<T extends string>(props: {
  legend: string;
  choices: Choice<T>[];
  value: T;
  onChange: (value: T) => void;
  testId?: string;
}) {
  const name = useId();
  return (
    <fieldset className="chips">
      <legend className="sr-only">{props.legend}</legend>
      {props.choices.map((choice) => (
        <ChipRadio
          key={choice.value}
          name={name}
          value={choice.value}
          checked={choice.value === props.value}
          onChange={() => props.onChange(choice.value)}
          data-color="neutral"
          data-size="sm"
          data-testid={props.testId && `${props.testId}-${choice.value}`}
        >
          {choice.label}
        </ChipRadio>
      ))}
    </fieldset>
  );
}
