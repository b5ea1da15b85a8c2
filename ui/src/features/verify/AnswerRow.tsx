import type { Answer, FileReport } from '../../backend/contract';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { useStatus } from '../../shared/session/queries';
import { VerdictIcon } from '../../shared/verdict/VerdictIcon';
import { answerReason, answerTone, answerWord, toneVerdict, type Me, type Question } from './answers';

/** Asked only where the file names somebody: the program does not know who sits before it. */
function WhoReads({ me, onSay }: { me: Me; onSay: (me: Me) => void }) {
  const { t } = useTexts();
  return (
    <div className="row no-print">
      <Button kind={me === 'notMe' ? 'tertiary' : 'secondary'} aria-pressed={me === 'me'} onClick={() => onSay('me')} data-testid="is-me">
        {t('check.isMe')}
      </Button>
      <Button
        kind={me === 'me' ? 'tertiary' : 'secondary'}
        aria-pressed={me === 'notMe'}
        onClick={() => onSay('notMe')}
        data-testid="is-not-me"
      >
        {t('check.isNotMe')}
      </Button>
    </div>
  );
}

/** One question, its answer in a word and a sign, and the reason in a sentence. */
export function AnswerRow(props: { question: Question; answer: Answer; report: FileReport; me: Me; onSay: (me: Me) => void }) {
  const { question, answer, report } = props;
  const texts = useTexts();
  const authorities = useStatus().data?.authorities ?? [];
  const tone = answerTone(question, answer);
  return (
    <li className="answer" data-tone={tone} data-testid={`answer-${question}`} data-answer={answer.answer}>
      <span className="answer-strip" aria-hidden="true" />
      <h2 className="h3">{texts.t(`check.q.${question}`)}</h2>
      <p className={`answer-word tone-${tone}`}>
        <VerdictIcon verdict={toneVerdict[tone]} size={32} />
        {answerWord(question, answer, authorities, texts)}
      </p>
      <div className="answer-why">
        <p>{answerReason(answer, report, authorities, texts)}</p>
        {question === 'audience' && report.audience.reason === 'named' && <WhoReads me={props.me} onSay={props.onSay} />}
      </div>
    </li>
  );
}
