import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { RATES, type Rates } from './gate/limits.ts';

const flag = z.enum(['0', '1', 'false', 'true', 'no', 'yes']).transform((word) => ['1', 'true', 'yes'].includes(word));

const origin = z
  .string()
  .refine((address) => /^https?:/.test(address) && URL.canParse(address) && new URL(address).origin === address, {
    error: 'must be a scheme and a host only, for example https://hearth.example.org',
  });

/** Every variable of the environment that Hearth reads. docs/OPERATIONS.md explains them to operators. */
export const variables = z.object({
  /** TCP port; 0 takes a free one. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** Address to listen on; all of them by default. */
  HOST: z.string().optional(),
  /** Where everything is kept: the embedded database, uploads, backups, the secret. */
  HEARTH_DATA_DIR: z.string().default('./data'),
  /** A PostgreSQL of your own, 15 or later; the embedded one when absent. */
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must look like postgresql://user:password@host/database')
    .optional(),
  /** The address people type. Cookies, links in mails and the check of every write depend on it. */
  ORIGIN: origin.optional(),
  /** Unattended set-up: the operator's account is made at the first start. Both or none. */
  HEARTH_ADMIN_EMAIL: z.email().optional(),
  HEARTH_ADMIN_PASSWORD: z.string().min(10, 'needs at least 10 characters').optional(),
  /** Name of the first community that goes with it. */
  HEARTH_COMMUNITY: z.string().trim().min(1).max(80).default('Hearth'),
  /** Whether it brings the sample community to look around in as well. */
  HEARTH_SAMPLE: flag.default(false),
  /** How many reverse proxies of yours stand in front; their X-Forwarded-For is believed. */
  TRUST_PROXY: z.union([flag.transform(Number), z.coerce.number().int().min(0).max(10)]).default(0),
  /** Other rates per person than the product's own, as JSON: {"messages": [[10, 60]]} is ten in sixty seconds. */
  HEARTH_RATES: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Key of sessions and tokens; made at the first start and kept in HEARTH_DATA_DIR/secret when absent. */
  HEARTH_SECRET: z.string().min(32, 'needs at least 32 characters').optional(),
  NODE_ENV: z.string().default('production'),
});

export type Settings = {
  port: number;
  host: string | undefined;
  /** Absolute. */
  dataDir: string;
  databaseUrl: string | undefined;
  /** The address people type, without a slash at the end: ORIGIN, else this machine at the port. */
  origin: string;
  /** Whether ORIGIN was given. If not, people may also come by another name of this machine, and each is an origin of its own. */
  originGiven: boolean;
  admin: { email: string; password: string } | undefined;
  /** What an unattended set-up makes. */
  firstCommunity: { name: string; sample: boolean };
  /** Number of trusted reverse proxies; 0: X-Forwarded-For is ignored. */
  trustProxy: number;
  /** Instead of the product's own; undefined keeps those. */
  rates: Rates | undefined;
  logLevel: string;
  secret: string;
  /** Hot reload instead of the built app. */
  dev: boolean;
};

export type Environment = Omit<Settings, 'origin' | 'originGiven'> & { origin: string | undefined };

/** Settings are complete when the port is known: PORT=0 takes a free one. */
export function atPort(read: Environment, port: number): Settings {
  return { ...read, port, origin: read.origin ?? `http://localhost:${port}`, originGiven: read.origin !== undefined };
}

/**
 * Reads the environment once. Throws an Error whose message names each wrong variable in a sentence of its own and never repeats a value, which
 * may be a password.
 */
export function readSettings(env: NodeJS.ProcessEnv): Environment {
  // An empty variable, as compose files produce them, is an absent one.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = variables.safeParse(given);
  if (!parsed.success) throw new Error(parsed.error.issues.map(sentence).join('\n'));
  const read = parsed.data;
  if (Boolean(read.HEARTH_ADMIN_EMAIL) !== Boolean(read.HEARTH_ADMIN_PASSWORD)) {
    throw new Error('HEARTH_ADMIN_EMAIL and HEARTH_ADMIN_PASSWORD belong together: set both, or none.');
  }
  const dataDir = path.resolve(read.HEARTH_DATA_DIR);
  return {
    port: read.PORT,
    host: read.HOST,
    dataDir,
    databaseUrl: read.DATABASE_URL,
    origin: read.ORIGIN,
    admin:
      read.HEARTH_ADMIN_EMAIL && read.HEARTH_ADMIN_PASSWORD
        ? { email: read.HEARTH_ADMIN_EMAIL, password: read.HEARTH_ADMIN_PASSWORD }
        : undefined,
    firstCommunity: { name: read.HEARTH_COMMUNITY, sample: read.HEARTH_SAMPLE },
    trustProxy: read.TRUST_PROXY,
    rates: read.HEARTH_RATES === undefined ? undefined : parseRates(read.HEARTH_RATES),
    logLevel: read.LOG_LEVEL,
    secret: read.HEARTH_SECRET ?? keptSecret(dataDir),
    dev: read.NODE_ENV === 'development',
  };
}

const ratesShape = z.record(z.string(), z.array(z.tuple([z.number().int().positive(), z.number().positive()])).min(1));

function parseRates(text: string): Rates {
  try {
    return { ...RATES, ...ratesShape.parse(JSON.parse(text)) };
  } catch (error) {
    throw new Error('HEARTH_RATES is wrong: it must be JSON like {"messages": [[10, 60], [100, 3600]]}.', {
      cause: error,
    });
  }
}

function sentence(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.')} is wrong: ${issue.message.replace(/^Invalid input: /, '')}.`;
}

/** Made once and written beside its name first, so that a crash in between leaves no empty secret. */
function keptSecret(dataDir: string): string {
  const file = path.join(dataDir, 'secret');
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(`${file}.new`, randomBytes(32).toString('base64url'), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < 32)
    throw new Error(`${file} is damaged: restore it from a backup, or delete it, which signs everybody out.`);
  return secret;
}
