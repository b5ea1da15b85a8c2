import type { Session, SubjectRef } from '../../backend/contract';
import { CompaniesPage } from './CompaniesPage';
import { CompanyEntries } from './CompanyEntries';
import { CompanyPage } from './CompanyPage';

/** Companies: those I act for, one company's overview, or its entries. */
export function BusinessPage({ company, entries, session }: { company: SubjectRef | null; entries: boolean; session: Session }) {
  if (!company) return <CompaniesPage session={session} />;
  if (entries) return <CompanyEntries company={company} />;
  return <CompanyPage key={company.code} company={company} session={session} />;
}
