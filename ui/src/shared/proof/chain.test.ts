import { describe, expect, it } from 'vitest';
import { makeProof } from '../../backend/fixture/answers';
import { FixtureBackend } from '../../backend/fixture/backend';
import { makeStatus } from '../../backend/fixture/status';
import { LANGUAGES } from '../../i18n/i18n';
import { textsOf } from '../../test/render';
import { jointWords, type ChainContext } from './chain';

const context: ChainContext = { register: 'Terviseregister', sealed: null, nowMs: Date.now(), authorities: makeStatus().authorities };

async function proof(scenario: ConstructorParameters<typeof FixtureBackend>[0] = {}, n = 16) {
  const backend = new FixtureBackend({ signedIn: true, ...scenario });
  const list = await backend.list('health', null);
  const view = await backend.record(list.rows.find((row) => row.n === n)?.id ?? '');
  return makeProof(view, 16);
}

describe('sentences of a proof', () => {
  it.each(LANGUAGES)('name the authorities that signed and those that did not, in %s', async (language) => {
    const texts = textsOf(language);
    const whole = await proof();
    const words = (given: typeof whole) => {
      const check = given.checks.find(({ id }) => id === 'signed');
      return check ? jointWords(check, given, context, texts).text : '';
    };
    const land = makeStatus().authorities.find(({ id }) => id === 'land-house')?.names[language] ?? '';
    expect(words(whole)).toContain(land);
    expect(words(whole)).not.toContain(texts.t('proof.signed.missing', { names: land }));
    const numbers = whole.numbers && {
      ...whole.numbers,
      signers: whole.numbers.signers.map((signer) => ({ ...signer, signed: signer.authority !== 'land-house' })),
    };
    expect(words({ ...whole, numbers })).toContain(texts.t('proof.signed.missing', { names: land }));
  });

  it.each(LANGUAGES)('are whole sentences for every verdict, in %s', async (language) => {
    const texts = textsOf(language);
    for (const given of [await proof(), await proof({ alter: [16] }), await proof({ withhold: [11] }, 11), await proof({}, 10)])
      for (const check of given.checks) {
        const joint = jointWords(check, given, context, texts);
        expect(joint.lead).toMatch(/[.]$/);
        expect(joint.text).not.toMatch(/\{|undefined/);
        expect(joint.text.length).toBeGreaterThan(10);
      }
  });

  it('does not say that what was withheld is unchanged', async () => {
    const given = await proof({ withhold: [11] }, 11);
    const [unchanged, complete] = given.checks.map((check) => jointWords(check, given, context, textsOf('et')));
    expect(unchanged?.state).toBe('cannotTell');
    expect(complete?.lead).toBe('Midagi on puudu.');
  });
});
