import { z } from '@hono/zod-openapi';
import { emailProblem, nameLength, nameProblem, passwordLength, passwordProblem } from '../rules.ts';

export const Name = z
  .string()
  .transform((name) => name.trim())
  .refine((name) => !nameProblem(name), `A name has ${nameLength.min} to ${nameLength.max} visible characters`)
  .openapi({ example: 'Ines Carvalho' });

export const Email = z
  .string()
  .transform((email) => email.trim().toLowerCase())
  .refine((email) => !emailProblem(email), 'This is not an e-mail address')
  .openapi({ example: 'ines@example.org' });

export const NewPassword = z
  .string()
  .refine(
    (password) => !passwordProblem(password),
    `A password has ${passwordLength.min} to ${passwordLength.max} characters`,
  )
  .openapi({ format: 'password' });

/** What is compared with a stored password: any text short enough to hash. */
export const AnyPassword = z
  .string()
  .min(1, 'A password is needed')
  .max(passwordLength.max, 'This password is too long');

export const PersonId = z.string().openapi({ example: '01J9ZQ4T4V8Y6W2N3B5C7D8E9F' });

export const AccountSchema = z
  .object({
    id: PersonId,
    name: z.string(),
    email: z.string(),
    picture: z.string().nullable(),
    operator: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .openapi('Account');

export const SignedInSchema = z
  .object({
    account: AccountSchema,
    session: z.object({ id: z.string(), kind: z.enum(['cookie', 'token']), expiresAt: z.iso.datetime() }),
    device: z.string().openapi({ description: 'The device id that commands of this session carry' }),
  })
  .openapi('SignedIn');
