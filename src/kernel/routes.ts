import { z } from '@hono/zod-openapi';

/** What a route of the API says about its answers and its body, for the OpenAPI document. Server side only. */

export const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    kept: z.string().optional(),
    todo: z.string().optional(),
  })
  .openapi('Problem', { description: 'What happened, what was kept, what to do (RFC 9457).' });

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ProblemSchema } },
});

/** The refusals any route can give. */
export const refusals = {
  400: problem('Not accepted, with the reason'),
  401: problem('Nobody is signed in'),
  403: problem('From a foreign origin, or not allowed this way'),
  404: problem('Missing, unknown, expired or not yours: one answer for all'),
  429: problem('Too many tries; Retry-After says when'),
};

export const json = <T extends z.ZodType>(description: string, schema: T) => ({
  description,
  content: { 'application/json': { schema } },
});

export const body = <T extends z.ZodType>(schema: T) => ({
  body: { required: true, content: { 'application/json': { schema } } },
});
