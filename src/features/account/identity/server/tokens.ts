import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { ulid } from '#kernel/ids.ts';
import type { Session } from '#kernel/session.ts';

const shape = /^Bearer (hearth_[A-Za-z0-9_-]{43})$/;

export type AccessToken = { id: string; name: string; createdAt: Date; expiresAt: Date; usedAt: Date | null };

/** The session of a program's bearer token; null for anything that is not a live token. */
export async function sessionOfToken(pool: Pool, authorization: string): Promise<Session | null> {
  const token = shape.exec(authorization)?.[1];
  if (!token) return null;
  const found = await pool.query<{ id: string; user_id: string; expires_at: Date; stale: boolean }>(
    `select id, user_id, expires_at, used_at is null or used_at < now() - interval '5 minutes' as stale
       from access_tokens where hash = $1 and expires_at > now()`,
    [digest(token)],
  );
  const row = found.rows[0];
  if (!row) return null;
  if (row.stale) await pool.query('update access_tokens set used_at = now() where id = $1', [row.id]);
  return { id: row.id, userId: row.user_id, device: row.id, kind: 'token', expiresAt: row.expires_at };
}

/** Makes a token that lives `days`. The secret is in the answer and nowhere else. */
export async function createToken(pool: Pool, userId: string, name: string, days: number) {
  const secret = `hearth_${randomBytes(32).toString('base64url')}`;
  const made = await pool.query<{ id: string; expires_at: Date }>(
    `insert into access_tokens (id, user_id, name, hash, expires_at)
     values ($1, $2, $3, $4, now() + make_interval(days => $5)) returning id, expires_at`,
    [ulid(), userId, name, digest(secret), days],
  );
  const row = made.rows[0]!;
  return { id: row.id, name, secret, expiresAt: row.expires_at };
}

export async function listTokens(pool: Pool, userId: string): Promise<AccessToken[]> {
  const found = await pool.query<{
    id: string;
    name: string;
    created_at: Date;
    expires_at: Date;
    used_at: Date | null;
  }>(
    'select id, name, created_at, expires_at, used_at from access_tokens where user_id = $1 and expires_at > now() order by id',
    [userId],
  );
  return found.rows.map((row) => ({
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
  }));
}

/** False when there is no such token of this person. */
export async function deleteToken(pool: Pool, userId: string, id: string): Promise<boolean> {
  const gone = await pool.query('delete from access_tokens where id = $1 and user_id = $2', [id, userId]);
  return gone.rowCount === 1;
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
