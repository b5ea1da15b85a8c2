import type { ErrorInfo, FileReport } from '../../backend/contract';
import type { Texts } from '../../i18n/text';

/** Why a file cannot be read, by what the system answered. */
const UNREADABLE: Record<string, string> = {
  'is a directory': 'folder',
  'entity not found': 'missing',
  'permission denied': 'forbidden',
};

/** Title, meaning and next step of a file that gives no answer of its own kind. */
export interface KindWords {
  id: string;
  title: string;
  text: string;
  advice: string;
}

function words(id: string, { find }: Texts): KindWords | null {
  const title = find(`check.file.${id}.title`);
  if (title === null) return null;
  return { id, title, text: find(`check.file.${id}.text`) ?? '', advice: find(`check.file.${id}.do`) ?? '' };
}

/** Same words for what is the same to a person. */
const SAME: Record<string, string> = { documentMalformed: 'archiveAltered' };

/** What kind of file this is, where it is none that could be checked to the end; `null` for the others. */
export function kindOf(report: FileReport, texts: Texts): KindWords | null {
  const { reason } = report.unaltered;
  return report.unaltered.answer === 'yes' ? null : words(SAME[reason] ?? reason, texts);
}

/** What kept a file from being read at all; `null` when it is not the file. */
export function unreadable(error: ErrorInfo, texts: Texts): KindWords | null {
  return error.code === 'E71' ? words(UNREADABLE[error.params.kind ?? ''] ?? 'unreadable', texts) : null;
}
