import { useState } from 'react';
import { useStatus } from '../../shared/session/queries';
import { useHandIn, type HandIn } from './useHandIn';

/** The alarm of two ledgers: the whole page first, then a bar that stays. */
export interface Attack {
  open: boolean;
  show: () => void;
  close: () => void;
  handIn: HandIn;
}

/** Opens the alarm page whenever the state becomes *attacked*; whoever has read it can bring it back from the bar. */
export function useAttack(): Attack {
  const attacked = useStatus().data?.ledger.state === 'attacked';
  const [read, setRead] = useState(false);
  const handIn = useHandIn(attacked);
  if (read && !attacked) setRead(false);
  return { open: attacked && !read, show: () => setRead(false), close: () => attacked && !read && setRead(true), handIn };
}
