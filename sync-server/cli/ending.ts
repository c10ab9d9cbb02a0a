/** How the tool ends; scripts may rely on these. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  noServer: 3,
  /** Done, but something of the source could not be taken. */
  incomplete: 4,
  /** Ctrl-C, as shells say it. */
  stopped: 130,
} as const;

export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** An end in words, without a stack: what happened, what was kept, what to do. */
export class Ending extends Error {
  override readonly name = 'Ending';
  readonly exit: Exit;

  constructor(exit: Exit, words: string) {
    super(words);
    this.exit = exit;
  }
}
