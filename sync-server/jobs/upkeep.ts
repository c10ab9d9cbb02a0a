import type pg from 'pg';
import type { Logger } from 'pino';
import { carryForgottenNames } from '../subscribers/names.ts';
import type { Subscribers } from '../subscribers/subscribers.ts';
import { watchErasures } from './erasure-watch.ts';
import type { Job } from './jobs.ts';
import { forgetEvents, forgetReceipts, forgetSessions } from './retention.ts';

const carryNames = (subscribers: Subscribers): Job => ({
  name: 'carry-names',
  cron: '47 3 * * *',
  run: async () => `${await carryForgottenNames(subscribers)} members had another name than their account`,
});

/** Everything the server does for itself. */
export function upkeep({ pool, log, subscribers }: { pool: pg.Pool; log: Logger; subscribers: Subscribers }): Job[] {
  return [
    forgetReceipts(pool),
    forgetEvents(pool, subscribers.names),
    forgetSessions(pool),
    watchErasures(pool, log),
    carryNames(subscribers),
  ];
}
