import type { RecordRow } from '../../../../backend/contract';
import { numberOf, textOf } from '../../../../shared/record/values';

/** One line of a prepayment account, in cents. */
export interface AccountLine {
  row: RecordRow;
  date: string;
  /** In is positive, out negative. */
  sum: number;
  balance: number | null;
  /** What this computer reckons from the line before; `null` where it cannot. */
  expected: number | null;
}

/** One account: a person's own, or a company's. */
export interface Account {
  code: string;
  lines: AccountLine[];
  /** Lines left out because they are not proven. */
  left: number;
}

/** True where the register's balance is not the one reckoned here. */
export const isWrong = (line: AccountLine): boolean => line.expected !== null && line.balance !== null && line.expected !== line.balance;

/** The prepayment accounts in a list, oldest line first, each with its balance reckoned anew from line to line. */
export function accounts(rows: RecordRow[], company: string | null): Account[] {
  const own = rows.filter((row) => row.schema === 'prepayment' && (company === null || textOf(row.fields, 'company_code') === company));
  const codes = [...new Set(own.map((row) => textOf(row.fields, 'company_code')))].sort();
  return codes.map((code) => {
    const mine = own.filter((row) => textOf(row.fields, 'company_code') === code);
    const proven = mine.filter((row) => row.verdict.verdict === 'proven').sort((a, b) => a.n - b.n);
    // after a line that is not proven the balance cannot be reckoned on
    const gaps = mine.filter((row) => row.verdict.verdict !== 'proven' && row.n > 0).map((row) => row.n);
    let before: { n: number; balance: number | null } | null = null;
    const lines = proven.map((row) => {
      const sum = (numberOf(row.fields, 'credit') ?? 0) - (numberOf(row.fields, 'debit') ?? 0);
      const balance = numberOf(row.fields, 'balance');
      const last = before;
      const broken = last === null || gaps.some((n) => n > last.n && n < row.n);
      const expected = broken || last.balance === null ? null : last.balance + sum;
      before = { n: row.n, balance };
      return { row, date: textOf(row.fields, 'date'), sum, balance, expected };
    });
    return { code, lines, left: mine.length - proven.length };
  });
}
