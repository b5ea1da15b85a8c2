import type { AuthorityStatus, ProofView } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { formatDecimal, formatDateTime, formatInteger, formatTime, formatDay } from '../format';
import { signerNames } from './chain';

const groups = (hex: string) => hex.replace(/(.{8})(?=.)/g, '$1 ');

/** The proof in numbers: page, time, count, versions, signatures, fingerprints. */
export function Numbers({ proof, authorities }: { proof: ProofView; authorities: AuthorityStatus[] }) {
  const texts = useTexts();
  const { t } = texts;
  const { numbers, checkpoint } = proof;
  if (!numbers) return <p>{t('proof.n.none')}</p>;
  const { signed, missing } = signerNames(numbers.signers, authorities, texts.language);
  const rows: [string, string][] = [
    [t('proof.n.sealedHeight'), formatInteger(numbers.sealedHeight)],
    [t('proof.n.proofHeight'), formatInteger(numbers.proofHeight)],
    [t('proof.n.proofTime'), t('time.at', { date: formatDay(numbers.proofTimeMs), time: formatTime(numbers.proofTimeMs, true) })],
    [
      t('proof.n.place'),
      numbers.count === null
        ? formatInteger(numbers.n)
        : t('proof.n.placeOf', { n: formatInteger(numbers.n), count: formatInteger(numbers.count) }),
    ],
    [t('proof.n.version'), formatInteger(numbers.version)],
    [t('proof.n.fields'), formatInteger(numbers.fields)],
    [
      t('proof.n.signed'),
      `${t('proof.n.signedOf', { n: signed.length, total: numbers.signers.length })}: ${signed.join(', ')}` +
        (missing.length ? `; ${t('proof.n.missing', { names: missing.join(', ') })}` : ''),
    ],
    [t('proof.n.depth'), formatInteger(numbers.depth)],
    [t('proof.n.micros'), t('proof.n.ms', { n: formatDecimal(Math.round(numbers.micros / 10), 2) })],
    ...(checkpoint
      ? ([[t('proof.n.start'), `${formatInteger(checkpoint.height)}, ${formatDateTime(checkpoint.timeMs, texts)}`]] as [string, string][])
      : []),
  ];
  const prints: [string, string][] = [
    [t('proof.n.commitment'), numbers.commitment],
    [t('proof.n.stateRoot'), numbers.stateRoot],
    [t('proof.n.headerHash'), numbers.headerHash],
  ];
  return (
    <dl className="numbers">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="tabular">{value}</dd>
        </div>
      ))}
      {prints.map(([label, value]) => (
        <div key={label} className="wide">
          <dt>{label}</dt>
          <dd className="mono">{groups(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
