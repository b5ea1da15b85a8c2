import { useId } from 'react';

/** One choice; `lang` when it is written in a language of its own. */
interface Choice<T extends string> {
  value: T;
  label: string;
  text?: string;
  lang?: string;
}

interface ChoicesProps<T extends string> {
  name: string;
  legend: string;
  hint?: string;
  problem?: string | null;
  value: T | null;
  choices: Choice<T>[];
  onChange: (value: T) => void;
  /** Beside each other, where there is room. */
  across?: boolean;
}

/** Large single choices, each with what it means. */
export function Choices<T extends string>(props: ChoicesProps<T>) {
  const id = useId();
  const described = [props.problem && `${id}-problem`, props.hint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <fieldset className="choices" data-across={props.across} aria-describedby={described || undefined}>
      <legend className="h3">{props.legend}</legend>
      {props.problem && (
        <p id={`${id}-problem`} className="tone-stop strong" role="alert" data-testid={`${props.name}-problem`}>
          {props.problem}
        </p>
      )}
      <div className="choices-list">
        {props.choices.map((choice) => (
          <label key={choice.value} className="choice" data-on={choice.value === props.value} lang={choice.lang}>
            <input
              type="radio"
              name={props.name}
              value={choice.value}
              checked={choice.value === props.value}
              onChange={() => props.onChange(choice.value)}
              data-testid={`${props.name}-${choice.value}`}
            />
            <span>
              <strong>{choice.label}</strong>
              {choice.text && <span className="second">{choice.text}</span>}
            </span>
          </label>
        ))}
      </div>
      {props.hint && (
        <p id={`${id}-hint`} className="caption">
          {props.hint}
        </p>
      )}
    </fieldset>
  );
}
