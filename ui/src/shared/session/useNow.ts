import { useEffect, useState } from 'react';
import { isoDay } from '../format';

/** This computer's clock, renewed every `stepMs`. */
export function useNow(stepMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), stepMs);
    return () => clearInterval(timer);
  }, [stepMs]);
  return now;
}

/** Today's calendar day in Estonia, ISO. */
export function useToday(): string {
  return isoDay(useNow(60_000));
}
