import { emojiOf } from './emoji-names.ts';

/** Names by Slack's ids. */
export interface SlackNames {
  people: ReadonlyMap<string, string>;
  channels: ReadonlyMap<string, string>;
}

const CODE = /(```[\s\S]*?```|`[^`\n]+`)/;
const ENTITIES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };
const BOLD = /(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])/g;
const STRUCK = /(?<![\w~])~(?=[^\s~])([^~\n]*[^\s~])~(?![\w~])/g;
const EMOJI = /(?<![\p{L}\p{N}:]):([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):(?![\p{L}\p{N}])/gu;
const WEB = /^(?:https?|ftp):\/\//i;

/** Slack's own marks as Markdown: `*bold*`, `<https://…|label>`, `<@U1>`, `:tada:`, `&amp;`. Code keeps its text. */
export function slackToMarkdown(text: string, names: SlackNames): string {
  return text
    .split(CODE)
    .map((part, index) => (index % 2 === 1 ? plainCode(part, names) : marked(part, names)))
    .join('');
}

function marked(text: string, names: SlackNames): string {
  return text
    .split(/(<[^<>\n]+>)/)
    .map((part, index) => (index % 2 === 1 ? reference(part.slice(1, -1), names) : part))
    .join('')
    .replace(BOLD, '**$1**')
    .replace(STRUCK, '~~$1~~')
    .replace(EMOJI, (written, name: string) => emojiOf(name) ?? written)
    .replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}

function plainCode(text: string, names: SlackNames): string {
  const opened = text.replace(/<([^<>\n]+)>/g, (_written, inner: string) => codeReference(inner, names));
  // A fence shares its line with the first line of code in Slack, and must stand alone in Markdown.
  const fenced = opened.startsWith('```') ? `\`\`\`\n${opened.slice(3, -3).replace(/^\n|\n$/g, '')}\n\`\`\`` : opened;
  return fenced.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}

function codeReference(inner: string, names: SlackNames): string {
  const [target = '', label] = splitOnce(inner);
  return WEB.test(target) || target.startsWith('mailto:')
    ? (label ?? target.replace(/^mailto:/, ''))
    : reference(inner, names);
}

function reference(inner: string, { people, channels }: SlackNames): string {
  const [target = '', label] = splitOnce(inner);
  const id = target.slice(1);
  switch (target[0]) {
    case '@':
      return `@${people.get(id) ?? label ?? id}`;
    case '#':
      return `#${label || channels.get(id) || id}`;
    case '!':
      return label ?? `@${id.split('^')[0]}`;
    default:
      return link(target, label);
  }
}

function link(target: string, label: string | undefined): string {
  const address = target.replaceAll('&amp;', '&');
  if (address.startsWith('mailto:')) return label ?? address.slice('mailto:'.length);
  if (!WEB.test(address)) return label ? `${label} (${address})` : address;
  const words = label?.replaceAll('&amp;', '&');
  if (!words || words === address || address.replace(WEB, '').replace(/\/$/, '') === words.replace(/\/$/, ''))
    return address;
  const safe = address.replaceAll(' ', '%20').replaceAll('(', '%28').replaceAll(')', '%29');
  return `[${words.replace(/[[\]\\]/g, '\\$&')}](${safe})`;
}

function splitOnce(text: string): [string, string | undefined] {
  const bar = text.indexOf('|');
  return bar < 0 ? [text, undefined] : [text.slice(0, bar), text.slice(bar + 1)];
}
