import { getMigrations } from 'better-auth/db/migration';
import { expect, test } from 'vitest';
import { startAccounts } from '#tests/support/accounts.ts';

test('the tables are those the library asks for', async () => {
  const world = await startAccounts();
  try {
    const { toBeCreated, toBeAdded } = await getMigrations(world.accounts.auth.options);
    expect({ toBeCreated, toBeAdded }).toEqual({ toBeCreated: [], toBeAdded: [] });
  } finally {
    await world.stop();
  }
});
