import type { Logger } from 'pino';

/** Lines a second; somebody who only wants to be refused does not fill the disk. */
const MOST = 50;

/** Writes down who was refused what: ids and codes, never what they wrote. */
export class RefusedAttempts {
  private readonly log: Logger;
  private second = 0;
  private lines = 0;
  private unwritten = 0;

  constructor(log: Logger) {
    this.log = log;
  }

  note(refused: { account: string; command: string; code: string }): void {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.lines = 0;
      if (this.unwritten > 0) this.log.warn({ unwritten: this.unwritten }, 'more was refused than is written down');
      this.unwritten = 0;
    }
    if (this.lines++ < MOST) this.log.info(refused, 'refused');
    else this.unwritten++;
  }
}
