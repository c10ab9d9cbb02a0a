import { betterAuth } from 'better-auth';
import { Kysely, PostgresDialect } from 'kysely';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { ulid } from '#kernel/ids.ts';
import { passwordLength } from '../rules.ts';
import { deviceOf, newDeviceSeed } from './device.ts';

/** Headers our routes set on the call into the library, always overwriting what a client sent under that name. */
export const innerHeaders = { address: 'x-hearth-address', deviceSeed: 'x-hearth-device-seed' } as const;

const sessionDays = 60;

type AuthDeps = { pool: Pool; secret: string; origin: string | undefined; log: Logger };

/**
 * better-auth as a library of functions, not as a handler: our routes call `auth.api`, so that limits, origin checks,
 * documents and refusals in words are the same as everywhere, and none of its other endpoints is open.
 */
export function createAuth({ pool, secret, origin, log }: AuthDeps) {
  const day = 24 * 60 * 60;
  return betterAuth({
    appName: 'Hearth',
    baseURL: origin ?? 'http://localhost',
    basePath: '/api/auth',
    secret,
    telemetry: { enabled: false },
    database: {
      db: new Kysely({ dialect: new PostgresDialect({ pool }) }),
      type: 'postgres',
      transaction: true,
    },
    logger: {
      level: 'error',
      log: (_level, message, ...details) => log.error({ details }, message),
    },
    // The routes in front count and check: calls to auth.api carry no request to do it with.
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      // Signing up answers the same whether the address is taken or not, so it can not sign in.
      autoSignIn: false,
      minPasswordLength: passwordLength.min,
      maxPasswordLength: passwordLength.max,
    },
    user: {
      modelName: 'users',
      fields: {
        emailVerified: 'email_verified',
        image: 'picture',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      additionalFields: { operator: { type: 'boolean', defaultValue: false, required: true, input: false } },
    },
    session: {
      modelName: 'sessions',
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
      },
      additionalFields: {
        device: { type: 'string', required: false, input: false },
        seenAt: { type: 'date', required: false, input: false, fieldName: 'seen_at', defaultValue: () => new Date() },
      },
      expiresIn: sessionDays * day,
      updateAge: day,
      cookieCache: { enabled: false },
    },
    account: {
      modelName: 'credentials',
      fields: {
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'verifications',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    advanced: {
      cookiePrefix: 'hearth',
      useSecureCookies: origin?.startsWith('https://') ?? false,
      database: { generateId: () => ulid() },
      ipAddress: { ipAddressHeaders: [innerHeaders.address] },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session, context) => {
            const seed = context?.headers?.get(innerHeaders.deviceSeed) ?? newDeviceSeed();
            return { data: { ...session, device: deviceOf(seed, session.userId, secret) } };
          },
        },
      },
    },
  });
}

export type Auth = ReturnType<typeof createAuth>;
