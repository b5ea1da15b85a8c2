import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { renderWith } from '../../test/render';
import { LANGUAGES } from '../../i18n/i18n';
import { wordsIn } from '../codes/table';
import { termOfField } from './fields';
import { GlossedText } from './GlossedText';
import { pieces } from './match';
import { TERMS } from './terms';

const marked = (text: string) => pieces(text).flatMap((piece) => (piece.term ? [[piece.text, piece.term.id]] : []));

describe('the glossary', () => {
  it('explains at least sixty words in every language', () => {
    expect(TERMS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(TERMS.map(({ id }) => id)).size).toBe(TERMS.length);
    for (const language of LANGUAGES)
      for (const term of TERMS) {
        expect(wordsIn(term.name, language).trim()).not.toBe('');
        expect(wordsIn(term.text, language).length).toBeGreaterThan(12);
      }
  });

  it('is really translated', () => {
    const same = TERMS.filter(({ text }) => new Set(text).size < 3).map(({ id }) => id);
    expect(same).toEqual([]);
    expect(TERMS.filter(({ text }) => !/\p{Script=Cyrillic}{3}/u.test(text[2])).map(({ id }) => id)).toEqual([]);
  });

  it('finds words with Estonian endings and capitals, abbreviations only as they are', () => {
    expect(marked('Epikriisis on HbA1c ja saatekirjaga eGFR.')).toEqual([
      ['Epikriisis', 'epicrisis'],
      ['HbA1c', 'hba1c'],
      ['saatekirjaga', 'referral'],
      ['eGFR', 'egfr'],
    ]);
    expect(marked('rr, ldlx, korralik, saatekirjanduslikult')).toEqual([]);
    expect(marked('LDL-kolesterool')).toEqual([['LDL-kolesterool', 'ldl']]);
  });

  it('marks a word once and leaves the text as it was', () => {
    const text = 'Glükoos 7,4; glükoos 6,8. \u202eHbA1c <b>x</b>';
    expect(
      pieces(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
    expect(marked(text).map(([, id]) => id)).toEqual(['glucose', 'hba1c']);
  });

  it('finds each of its own words', () => {
    for (const term of TERMS)
      for (const word of term.words) expect(marked(`x ${word.replace('*', '')} y`).map(([, id]) => id)).toContain(term.id);
  });

  it('has a term for every field label that offers one', () => {
    for (const field of ['diagnosis_code', 'atc', 'loinc', 'social_tax', 'balance', 'batch']) expect(termOfField(field)).not.toBeNull();
    expect(termOfField('title')).toBeNull();
    expect(termOfField('constructor')).toBeNull();
  });

  it('opens beside the word and closes with Esc, by keyboard alone', async () => {
    const user = userEvent.setup({ delay: null });
    renderWith(<GlossedText text="Anamnees puudub" />, 'ru');
    await user.tab();
    const word = screen.getByTestId('term-anamnesis');
    expect(word).toHaveFocus();
    expect(word.closest('dfn')).not.toBeNull();
    await user.keyboard('{Enter}');
    expect(screen.getByRole('note')).toHaveTextContent('То, что вы сами рассказали врачу');
    expect(word).toHaveAttribute('aria-expanded', 'true');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('note')).toBeNull();
    expect(word).toHaveFocus();
  });
});
