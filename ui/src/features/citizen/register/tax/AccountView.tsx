import { useMemo, useState } from 'react';
import type { RecordList, SubjectRef } from '../../../../backend/contract';
import { BalanceChart, type BalancePoint } from '../../../../charts/BalanceChart';
import { SelectField } from '../../../../ds';
import { useTexts } from '../../../../i18n/text';
import { formatDate, formatMoney, formatPeriod, MINUS } from '../../../../shared/format';
import { RowText } from '../../../../shared/record/RecordText';
import { codeText, textOf } from '../../../../shared/record/values';
import { usePlaces } from '../../../../shared/session/places';
import { accounts, isWrong, type Account, type AccountLine } from './account';
import { Scroll } from '../../../../shared/Scroll';

const signed = (cents: number) => (cents < 0 ? `${MINUS}${formatMoney(-cents)}` : formatMoney(cents));

function LineRow({ line }: { line: AccountLine }) {
  const texts = useTexts();
  const { t } = texts;
  const { go } = usePlaces();
  const { row } = line;
  const open = () => go({ page: 'record', register: 'tax', id: row.id });
  const period = textOf(row.fields, 'period');
  const kind = codeText('prepayment', 'kind', textOf(row.fields, 'kind'), texts);
  const description = textOf(row.fields, 'description');
  return (
    <tr className={isWrong(line) ? 'wrong' : undefined} onClick={open}>
      <td className="tabular">{formatDate(line.date)}</td>
      <th scope="row">
        <button
          type="button"
          className="row-title"
          onClick={(event) => {
            event.stopPropagation();
            open();
          }}
        >
          <RowText text={kind} />
        </button>
        <span className="second block">
          {period && formatPeriod(period, texts)}
          {description && description !== kind && (
            <>
              {period && ' · '}
              <RowText text={description} />
            </>
          )}
        </span>
      </th>
      <td className="right tabular">{line.sum < 0 ? signed(line.sum) : ''}</td>
      <td className="right tabular">{line.sum > 0 ? signed(line.sum) : ''}</td>
      <td className="right tabular strong">
        {line.balance === null ? '–' : signed(line.balance)}
        {isWrong(line) && <span className="tone-stop strong block">{t('tax.expected', { sum: signed(line.expected ?? 0) })}</span>}
      </td>
    </tr>
  );
}

function AccountPart({ account, holder }: { account: Account; holder: string }) {
  const texts = useTexts();
  const { t } = texts;
  const years = useMemo(() => [...new Set(account.lines.map(({ date }) => date.slice(0, 4)))].sort().reverse(), [account]);
  const [year, setYear] = useState('all');
  const shown = account.lines.filter(({ date }) => year === 'all' || date.slice(0, 4) === year);
  const wrong = account.lines.filter(isWrong);
  const last = account.lines.at(-1);
  const points: BalancePoint[] = shown.flatMap(({ date, balance, sum, row }) =>
    balance === null
      ? []
      : [
          {
            date,
            balance,
            label: signed(balance),
            spoken: t('account.point', {
              date: formatDate(date),
              kind: codeText('prepayment', 'kind', textOf(row.fields, 'kind'), texts),
              sum: signed(sum),
              balance: signed(balance),
            }),
          },
        ],
  );
  const id = `account-${account.code || 'own'}`;
  return (
    <section className="part" aria-labelledby={id} data-testid={id}>
      <div className="part-head">
        <div>
          <h2 id={id}>{holder}</h2>
          {last?.balance !== undefined && last.balance !== null && (
            <p>{t('account.now', { date: formatDate(last.date), sum: signed(last.balance) })}</p>
          )}
        </div>
        {years.length > 1 && (
          <SelectField
            label={t('list.year')}
            value={year}
            onChange={setYear}
            choices={[{ value: 'all', label: t('list.allYears') }, ...years.map((one) => ({ value: one, label: one }))]}
          />
        )}
      </div>
      {wrong.length > 0 ? (
        <div className="note" data-tone="stop" data-testid="account-wrong">
          <div>
            <p className="strong">{t('account.wrong', { count: wrong.length })}</p>
            <p>
              {wrong
                .map(({ date, balance, expected }) =>
                  t('account.wrongLine', { date: formatDate(date), stated: signed(balance ?? 0), sum: signed(expected ?? 0) }),
                )
                .join(' ')}
            </p>
          </div>
        </div>
      ) : (
        <p className="second">{t('account.agrees')}</p>
      )}
      {account.left > 0 && (
        <p className="note" data-tone="care">
          {t('account.left', { count: account.left })}
        </p>
      )}
      {points.length > 1 && (
        <BalanceChart
          summary={t('account.chart', { name: holder, n: points.length, balance: points.at(-1)?.label ?? '' })}
          points={points}
        />
      )}
      <Scroll>
        <table className="plain opens account">
          <caption className="sr-only">{t('account.caption', { name: holder })}</caption>
          <thead>
            <tr>
              <th scope="col">{t('list.col.date')}</th>
              <th scope="col">{t('list.col.what')}</th>
              <th scope="col" className="right">
                {t('account.out')}
              </th>
              <th scope="col" className="right">
                {t('account.in')}
              </th>
              <th scope="col" className="right">
                {t('account.balance')}
              </th>
            </tr>
          </thead>
          <tbody>
            {[...shown].reverse().map((line) => (
              <LineRow key={line.row.id} line={line} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

/** The prepayment account: running balance as drawing and table, reckoned anew on this computer. */
export function AccountView({ list, company, subjects }: { list: RecordList; company: string | null; subjects: SubjectRef[] }) {
  const { t } = useTexts();
  const found = useMemo(() => accounts(list.rows, company), [list.rows, company]);
  if (found.length === 0) return <p className="empty">{t('account.none')}</p>;
  return found.map((account) => {
    const name = subjects.find(({ kind, code }) => kind === 'company' && code === account.code)?.name;
    const holder = account.code === '' ? t('account.own') : (name ?? t('company.code', { code: account.code }));
    return <AccountPart key={account.code} account={account} holder={holder} />;
  });
}
