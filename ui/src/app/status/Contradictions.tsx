import type { ContradictionView, Status } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { authorityName } from '../../shared/authorityName';
import { formatDateTime, formatInteger } from '../../shared/format';
import { Note } from '../../shared/notice/Note';
import { SaveEvidence } from '../attack/SaveEvidence';

function Contradiction({ one, status }: { one: ContradictionView; status: Status }) {
  const texts = useTexts();
  const { t } = texts;
  const name = authorityName(one.authority, status.authorities, texts);
  const when = { page: formatInteger(one.height), time: formatDateTime(one.foundMs, texts) };
  return (
    <Note tone="stop" testId={`contradicts-${one.gateway}`}>
      <p className="strong">{t('contradicts.what', { name })}</p>
      <p>
        {t(`contradicts.kind.${one.kind}`, when)} {t('contradicts.means')}
      </p>
      <div className="actions row">
        <SaveEvidence gateway={one.gateway} />
      </div>
    </Note>
  );
}

/** Gateways that signed two answers which exclude each other: whose, what it means, and the evidence to save. */
export function Contradictions({ status }: { status: Status }) {
  return status.contradictions.map((one) => <Contradiction key={one.gateway} one={one} status={status} />);
}
