import { describe, expect, it } from 'vitest';
import en from './en.json';
import { PSEUDO, pseudo } from './pseudo';

describe('pseudo-locale', () => {
  it('keeps placeholders and marks, accents the rest, and is longer', () => {
    expect(pseudo('Read <b>{name}</b> now')).toMatch(/^⟦Řëäđ <b>\{name\}<\/b> ñöw .+⟧$/);
    for (const [key, text] of Object.entries(PSEUDO)) {
      const origin = en[key as keyof typeof en];
      expect(text.length, key).toBeGreaterThanOrEqual(origin.length * 1.2);
      expect((text.match(/\{\w+\}/g) ?? []).sort(), key).toEqual((origin.match(/\{\w+\}/g) ?? []).sort());
    }
  });
});
