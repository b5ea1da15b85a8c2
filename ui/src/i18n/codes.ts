import et from './et.json';

/** Every help code that has a text, in order. */
export const HELP_CODES: readonly string[] = Object.keys(et)
  .flatMap((key) => /^errors\.(E\d\d)\.what$/.exec(key)?.[1] ?? [])
  .sort();
