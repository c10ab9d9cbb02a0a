import { hash } from 'node:crypto';
import { ulidFrom } from '#kernel/ids.ts';

export interface ImportIds {
  channel(key: string): string;
  person(key: string): string;
  /** @param part from 0; more when a long message was cut */
  message(channel: string, key: string, part: number, at: number): string;
}

/**
 * Ids that are the same in every run, so that what is there already is recognised. They differ between communities and
 * between sources: two networks may use one nickname for two people.
 * @param source what the file or the team is called, the same when the import is run again
 */
export function createImportIds(community: string, kind: 'jsonl' | 'slack', source: string): ImportIds {
  const id = (time: number, ...parts: (string | number)[]) =>
    ulidFrom(hash('sha256', JSON.stringify([community, kind, source, ...parts]), 'buffer'), time);
  return {
    channel: (key) => id(0, 'channel', key),
    person: (key) => id(0, 'person', key),
    message: (channel, key, part, at) => id(at, 'message', channel, key, part),
  };
}

/** Stands for the n-th person a source counts without naming: a member of nothing, so a reaction counts and no name shows. */
export function nobody(n: number): string {
  return ulidFrom(hash('sha256', `hearth:unnamed:${n}`, 'buffer'), 0);
}
