import type { Places } from '#kernel/places.ts';

/** What is asked for, apart from where: `tide in:general` → words `tide`, the id of the channel called general. */
export function filtersIn(words: string, places: Places | null): { text: string; channel: string | undefined } {
  let channel: string | undefined;
  const text = words
    .replace(/(^|\s)in:#?(\S+)/gi, (whole, before: string, name: string) => {
      const found = places?.communities
        .flatMap((one) => one.channels)
        .find((one) => one.name.toLowerCase() === name.toLowerCase());
      if (!found) return whole;
      channel = found.id;
      return before;
    })
    .trim();
  return { text, channel };
}
