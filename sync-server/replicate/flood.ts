/** What one socket may send in a second, and ask for in ten. */
const FRAMES_PER_SECOND = 400;
const BYTES_PER_SECOND = 2 * 1024 * 1024;
const STATES_PER_TEN_SECONDS = 400;

/** Counts what a socket sends. Past any bound it is closed: an honest device never comes near. */
export class FloodGuard {
  private frames = 0;
  private bytes = 0;
  private states = 0;
  private second = 0;
  private tenSeconds = 0;

  /** @returns false when it is too much */
  take(bytes: number, asksState: boolean, now: number = Date.now()): boolean {
    const second = Math.floor(now / 1000);
    if (second !== this.second) {
      this.second = second;
      this.frames = 0;
      this.bytes = 0;
      if (Math.floor(second / 10) !== this.tenSeconds) {
        this.tenSeconds = Math.floor(second / 10);
        this.states = 0;
      }
    }
    this.frames++;
    this.bytes += bytes;
    if (asksState) this.states++;
    return this.frames <= FRAMES_PER_SECOND && this.bytes <= BYTES_PER_SECOND && this.states <= STATES_PER_TEN_SECONDS;
  }
}
