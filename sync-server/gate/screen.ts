import type { Verdict } from '#kernel/refusals.ts';

export interface Screened {
  texts: readonly string[];
  command: string;
  community: string | null;
  author: string;
}

/** Looks at texts before anyone else may. Answers at once, or later when it had to ask somebody. */
export type Screen = (screened: Screened) => Verdict | Promise<Verdict>;

/** Milliseconds anyone waits for a screen that has to ask; what is not answered by then is accepted. */
export const SCREEN_PATIENCE = 1500;

/** The verdict, or a yes when the screen fails or takes too long: nobody waits for it, nothing is lost by it. */
export async function patient(verdict: Promise<Verdict>, failed: (error: unknown) => void): Promise<Verdict> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Verdict>((resolve) => {
    timer = setTimeout(() => resolve(undefined), SCREEN_PATIENCE);
  });
  try {
    return await Promise.race([verdict, late]);
  } catch (error) {
    failed(error);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
