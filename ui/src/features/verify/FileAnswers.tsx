import type { FileReport, FileStatement } from '../../backend/contract';
import { Unfold } from '../../ds';
import { useTexts } from '../../i18n/text';
import { formatInteger, formatSealed } from '../../shared/format';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { FieldList } from '../../shared/record/FieldList';
import { kindText } from '../../shared/record/titles';
import { useStatus } from '../../shared/session/queries';
import { VerdictIcon } from '../../shared/verdict/VerdictIcon';
import { answerParams, answerReason, answerTone, headline, QUESTIONS, toneVerdict, type Question } from './answers';

function AnswerRow({ question, report }: { question: Question; report: FileReport }) {
  const texts = useTexts();
  const { t } = texts;
  const authorities = useStatus().data?.authorities ?? [];
  const answer = report[question];
  const tone = answerTone(question, answer);
  const authority = answerParams(answer.params, authorities, texts).authority;
  const word = question === 'issuer' && answer.answer === 'yes' && authority ? authority : t(`check.a.${answer.answer}`);
  return (
    <li className="answer" data-tone={tone} data-testid={`answer-${question}`} data-answer={answer.answer}>
      <span className="answer-strip" aria-hidden="true" />
      <h2>{t(`check.q.${question}`)}</h2>
      <p className={`answer-word tone-${tone}`}>
        <VerdictIcon verdict={toneVerdict[tone]} size={32} />
        {word}
      </p>
      <p>{answerReason(answer, authorities, texts)}</p>
    </li>
  );
}

function StatementView({ statement }: { statement: FileStatement }) {
  const texts = useTexts();
  const { t } = texts;
  return (
    <div className="statement">
      <h3>{kindText(statement.schema, texts)}</h3>
      <p className="caption">
        {texts.find(`register.${statement.register}`) ?? statement.register}
        {statement.sealed && ` · ${formatSealed(statement.sealed.fromMs, statement.sealed.untilMs, texts)}`}
      </p>
      <FieldList schema={statement.schema} fields={statement.fields} />
      {statement.hidden > 0 && <p className="second">{t('check.hidden', { count: statement.hidden })}</p>}
    </div>
  );
}

/** Headline, four separate answers, and what the file says once it is proven. */
export function FileAnswers({ report }: { report: FileReport }) {
  const texts = useTexts();
  const { t } = texts;
  const head = headline(report);
  const [title, text] =
    head === 'outdated' ? [t('check.outdated'), t('check.outdated.text')] : [t(`check.out.${head}`), t(`check.out.${head}.text`)];
  return (
    <div className="check-columns" data-testid="check-outcome" data-outcome={report.outcome} data-reason={report.reason}>
      <div>
        <h1 className="display check-headline">{title}</h1>
        <p className="lead">{text}</p>
        {report.error && <ErrorNote error={report.error} testId="check-error" />}
        <ul className="answers-list">
          {QUESTIONS.map((question) => (
            <AnswerRow key={question} question={question} report={report} />
          ))}
        </ul>
        {report.asOf && (
          <p className="second">
            {t('check.asOf', {
              time: formatSealed(report.asOf.fromMs, report.asOf.untilMs, texts),
              page: formatInteger(report.asOf.height),
            })}
          </p>
        )}
        <Unfold summary={t('check.technical')}>
          <dl className="facts-list">
            {[
              [t('check.outcome'), report.outcome],
              [t('check.reason'), report.reason],
              [t('check.bytes'), formatInteger(report.bytes)],
            ].map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </Unfold>
      </div>
      {report.statements.length > 0 && (
        <aside className="says" aria-labelledby="says-title">
          <h2 id="says-title">{t('check.says')}</h2>
          {report.statements.map((statement, index) => (
            <StatementView key={index} statement={statement} />
          ))}
        </aside>
      )}
    </div>
  );
}
