import type { Logger } from 'pino';

/** One thing to be put away when the process ends. Steps run in the reverse order in which they were added. */
type Step = { name: string; close(): Promise<void> | void };

export type Lifecycle = {
  /** Registers how to close what was just opened. */
  onClose(name: string, close: Step['close']): void;
  /** Drains and ends the process: with 0, or with 1 when there was an error. */
  shutDown(reason: string, exitCode?: 0 | 1): Promise<void>;
};

/**
 * Ends the process in order on SIGTERM, Ctrl-C, or when the launcher that started it is gone. A second signal, or ten seconds, end it at once.
 * After a drain the exit code is 0.
 * @param patience milliseconds a drain may take; then the process ends anyway, and the database's log recovers the rest
 * @param samePress milliseconds in which two signals are one key press, which arrives from the terminal and from npm
 */
export function createLifecycle(log: Logger, { patience = 10_000, samePress = 500 } = {}): Lifecycle {
  const steps: Step[] = [];
  let drainingSince: number | undefined;

  async function shutDown(reason: string, exitCode: 0 | 1 = 0): Promise<void> {
    if (drainingSince !== undefined) {
      if (performance.now() - drainingSince < samePress) return;
      log.warn({ reason }, 'Asked again: ending at once.');
      process.exit(1);
    }
    drainingSince = performance.now();
    log.info({ reason }, 'Shutting down.');
    setTimeout(() => {
      log.error('Shutting down took too long: ending at once.');
      process.exit(1);
    }, patience).unref();
    for (const { name, close } of steps.toReversed()) {
      try {
        await close();
      } catch (error) {
        log.error({ err: error }, `Could not close ${name}.`);
      }
    }
    log.info('Everything is closed.');
    process.exit(exitCode);
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void shutDown(signal));
  process.on('disconnect', () => void shutDown('the launcher is gone'));
  process.on('uncaughtException', (error) => fail(error));
  process.on('unhandledRejection', (error) => fail(error));

  /** State after an error nobody caught is unknown: a restart from the database is not. */
  function fail(error: unknown): void {
    log.fatal({ err: error }, 'An error that nobody handled ends this process.');
    process.exit(1);
  }

  return {
    onClose: (name, close) => void steps.push({ name, close }),
    shutDown,
  };
}
