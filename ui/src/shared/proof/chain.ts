import type { AuthorityStatus, Check, Language, ProofView, SealedInterval, SignerView } from '../../backend/contract';
import type { Texts } from '../../i18n/text';
import { formatMoment, formatSealed, joinNames } from '../format';

/** What a sentence of the chain may speak of. */
export interface ChainContext {
  register: string;
  sealed: SealedInterval | null;
  nowMs: number;
  authorities: AuthorityStatus[];
}

/** One joint in words. */
export interface Joint {
  id: string;
  state: Check['state'];
  lead: string;
  text: string;
}

/** Names of the authorities that signed, and of those that did not, in the network file's words. */
export function signerNames(signers: SignerView[], authorities: AuthorityStatus[], language: Language) {
  const name = (id: string) => authorities.find((authority) => authority.id === id)?.names[language] ?? id;
  return {
    signed: signers.filter((signer) => signer.signed).map((signer) => name(signer.authority)),
    missing: signers.filter((signer) => !signer.signed).map((signer) => name(signer.authority)),
  };
}

function params(check: Check, proof: ProofView, context: ChainContext, texts: Texts): Record<string, string | number> {
  const numbers = proof.numbers;
  const values: Record<string, string | number> = { register: context.register };
  if (context.sealed) values.sealed = formatSealed(context.sealed.fromMs, context.sealed.untilMs, texts);
  if (numbers) {
    const { signed } = signerNames(numbers.signers, context.authorities, texts.language);
    Object.assign(values, {
      fields: numbers.fields,
      signed: signed.length,
      total: numbers.signers.length,
      n: check.id === 'complete' ? numbers.n : numbers.version,
      version: numbers.version,
      ...(numbers.count === null ? {} : { count: numbers.count }),
      time: formatMoment(numbers.proofTimeMs, context.nowMs, texts),
      ...(signed.length ? { names: joinNames(signed, texts.t('company.and')) } : {}),
    });
  }
  return { ...values, ...check.params };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
/** A text whose placeholders are all known, or `null`. */
const filled = (text: string | null) => (text !== null && !/\{\w+\}/.test(text) ? text : null);

/** "Current" has four ways to fit: current, earlier and said so, ended, or of a kind that is never replaced. */
function currentWords(check: Check, values: Record<string, string | number>, { t, find }: Texts): Joint {
  const joint = { id: check.id, state: check.state };
  if (check.params.superseded === 'true') return { ...joint, lead: t('proof.current.superseded'), text: t('proof.current.supersededText') };
  if (check.params.ended === 'true') return { ...joint, lead: t('proof.current.ended'), text: t('proof.current.endedText') };
  if (check.params.headed === 'false') return { ...joint, lead: t('proof.current.fits'), text: t('proof.current.fixedText') };
  return {
    ...joint,
    lead: t('proof.current.fits'),
    text: capital(filled(find('proof.current.fitsText', values)) ?? t('proof.current.fitsBare')),
  };
}

/** Who signed, by name; who did not is named too, because it is not the same as everybody. */
function signedWords(check: Check, proof: ProofView, context: ChainContext, values: Record<string, string | number>, texts: Texts): Joint {
  const { t, find, language } = texts;
  const { missing } = signerNames(proof.numbers?.signers ?? [], context.authorities, language);
  const bare = filled(find('proof.signed.fitsBare', values)) ?? '';
  const text = filled(find('proof.signed.fitsText', values)) ?? bare;
  const absent = missing.length > 0 ? ` ${t('proof.signed.missing', { names: joinNames(missing, t('company.and')) })}` : '';
  return { id: check.id, state: check.state, lead: filled(find('proof.signed.fits', values)) ?? bare, text: capital(text) + absent };
}

/** A check as bold lead and one sentence. */
export function jointWords(check: Check, proof: ProofView, context: ChainContext, texts: Texts): Joint {
  const { t, find } = texts;
  const values = params(check, proof, context, texts);
  const key = `proof.${check.id}`;
  switch (check.state) {
    case 'fits':
      if (check.id === 'current') return currentWords(check, values, texts);
      if (check.id === 'signed') return signedWords(check, proof, context, values, texts);
      return {
        id: check.id,
        state: check.state,
        lead: filled(find(`${key}.fits`, values)) ?? filled(find(`${key}.fitsBare`, values)) ?? find(`${key}.open`) ?? check.id,
        text: capital(filled(find(`${key}.fitsText`, values)) ?? filled(find(`${key}.fitsBare`, values)) ?? ''),
      };
    case 'failed':
      return { id: check.id, state: check.state, lead: find(`${key}.failed`) ?? check.id, text: find(`${key}.failedText`) ?? '' };
    case 'notReached':
      return { id: check.id, state: check.state, lead: find(`${key}.open`) ?? check.id, text: t('proof.notReached') };
    default:
      return { id: check.id, state: 'cannotTell', lead: find(`${key}.open`) ?? check.id, text: t('proof.openText') };
  }
}
