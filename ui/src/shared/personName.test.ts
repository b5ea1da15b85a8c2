import { describe, expect, it } from 'vitest';
import { personName } from './personName';

describe('a name from a card', () => {
  it.each([
    ['MARI-LIIS', 'MÄNNIK', 'Mari-Liis Männik'],
    ['IGOR', 'ŽAIKOVSKI', 'Igor Žaikovski'],
    ['ANNA MARIA', "O'BRIEN", "Anna Maria O'Brien"],
    ['Leo', 'van der Berg', 'Leo van der Berg'],
    ['Mari', 'MÄNNIK', 'Mari MÄNNIK'],
  ])('%s %s is written %s', (given, surname, name) => {
    expect(personName({ given, surname })).toBe(name);
  });
});
