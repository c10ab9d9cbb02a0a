import type pg from 'pg';

export interface HeldQueries {
  /** Resolves when the first of them was asked. */
  asked: Promise<void>;
  /** Lets them go, and every later one. */
  release(): void;
}

/** Holds back the answers of queries on this pool, as a slow disk would, until they are let go. */
export function holdQueries(pool: pg.Pool, concerns: (text: string) => boolean): HeldQueries {
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<unknown>;
  let seen: () => void = () => undefined;
  let release: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (seen = resolve));
  const gate = new Promise<void>((resolve) => (release = resolve));
  const held = async (...args: unknown[]) => {
    const [first] = args;
    const text = typeof first === 'string' ? first : ((first as { text?: string }).text ?? '');
    const answer = await query(...args);
    if (!concerns(text)) return answer;
    seen();
    await gate;
    return answer;
  };
  pool.query = held as typeof pool.query;
  return {
    asked,
    release() {
      pool.query = query as typeof pool.query;
      release();
    },
  };
}
