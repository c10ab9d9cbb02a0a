import pg from 'pg';

const name = 'hearth';

/**
 * Creates, where they are missing, the role and the database that Hearth works with: not the superuser, so that no statement of ours can reach
 * files or programs of the machine.
 * @returns how to connect as that role
 */
export async function createRole(admin: pg.ClientConfig): Promise<pg.ClientConfig> {
  const client = new pg.Client(admin);
  await client.connect();
  try {
    const roles = await client.query('select 1 from pg_roles where rolname = $1', [name]);
    if (!roles.rowCount) {
      const password = typeof admin.password === 'string' ? ` password ${client.escapeLiteral(admin.password)}` : '';
      await client.query(`create role ${name} login createdb${password}`);
    }
    const databases = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (!databases.rowCount) await client.query(`create database ${name} owner ${name}`);
  } finally {
    await client.end();
  }
  return { ...admin, user: name, database: name };
}
