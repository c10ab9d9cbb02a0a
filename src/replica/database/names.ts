const PREFIX = 'hearth-';

/** The name of an account's database on this device. */
export const databaseName = (account: string): string => PREFIX + account;

/** The account a database belongs to; null for a database that is none of ours. */
export const accountOf = (name: string): string | null => (name.startsWith(PREFIX) ? name.slice(PREFIX.length) : null);

/** The version of the tables; raised together with what changes them in stores.ts. */
export const SCHEMA = 11;
