import type et from './et.json';

type Raw = keyof typeof et;
type Base<K extends string> = K extends `${infer B}_${'one' | 'other'}` ? B : K;

/** Every translation key. A plural key is named without its form. */
export type TextKey = Base<Raw>;

/** Values for the placeholders of a text; `count` chooses the plural form. */
export type TextParams = Record<string, string | number>;
