import codes from 'virtual:help-codes';

/** Every help code that has a text, in order. */
export const HELP_CODES: readonly string[] = codes;
