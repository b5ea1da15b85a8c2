/** A word in capitals as people write it: first letters after the start, a hyphen, a space or an apostrophe stay large. */
const calm = (word: string) =>
  word
    .toLocaleLowerCase('et-EE')
    .replace(/(^|[-\s'’])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toLocaleUpperCase('et-EE'));

/**
 * A person's name for greeting and switching. Cards carry names in capitals, which reads like shouting; a name written in
 * any other way stays as it is. Where the card itself is shown, its own words stand.
 */
export function personName({ given, surname }: { given: string; surname: string }): string {
  const name = `${given} ${surname}`;
  return name === name.toLocaleUpperCase('et-EE') ? calm(name) : name;
}
