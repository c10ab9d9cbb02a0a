import * as z from 'zod';

const ts = z.string().regex(/^\d{1,12}(?:\.\d{1,9})?$/, 'is no time');
const profile = z.object({
  real_name: z.string().nullish(),
  display_name: z.string().nullish(),
  name: z.string().nullish(),
});

export const SlackUser = z.object({
  id: z.string().min(1).max(64),
  team_id: z.string().max(64).nullish(),
  name: z.string().nullish(),
  real_name: z.string().nullish(),
  profile: profile.nullish(),
});
export type SlackUser = z.infer<typeof SlackUser>;

export const SlackChannel = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(500),
  is_archived: z.boolean().nullish(),
  topic: z.object({ value: z.string() }).nullish(),
  purpose: z.object({ value: z.string() }).nullish(),
});
export type SlackChannel = z.infer<typeof SlackChannel>;

const file = z.object({
  name: z.string().nullish(),
  title: z.string().nullish(),
  initial_comment: z.object({ comment: z.string().nullish() }).nullish(),
});
export type SlackFile = z.infer<typeof file>;

const attachment = z.object({
  pretext: z.string().nullish(),
  title: z.string().nullish(),
  title_link: z.string().nullish(),
  text: z.string().nullish(),
  fallback: z.string().nullish(),
});
export type SlackAttachment = z.infer<typeof attachment>;

/** One item of a day. Exports of ten years differ: everything a message can do without is optional. */
export const SlackMessage = z.object({
  ts,
  subtype: z.string().nullish(),
  user: z.string().max(64).nullish(),
  username: z.string().nullish(),
  bot_id: z.string().max(64).nullish(),
  bot_profile: z.object({ name: z.string().nullish() }).nullish(),
  user_profile: profile.nullish(),
  text: z.string().nullish(),
  thread_ts: ts.nullish(),
  edited: z.object({ ts }).nullish(),
  reactions: z
    .array(
      z.object({
        name: z.string(),
        users: z.array(z.string().max(64)).nullish(),
        count: z.number().int().min(0).max(1_000_000).nullish(),
      }),
    )
    .nullish(),
  files: z.array(file).nullish(),
  file: file.nullish(),
  comment: z.object({ user: z.string().max(64).nullish(), comment: z.string().nullish() }).nullish(),
  attachments: z.array(attachment).nullish(),
});
export type SlackMessage = z.infer<typeof SlackMessage>;
