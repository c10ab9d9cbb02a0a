import MarkdownIt from 'markdown-it';

/** Where a link may lead: nothing that runs, nothing that reads this device. */
const LINK = /^(?:https?:\/\/|mailto:)/i;

/**
 * A renderer of what people write, for `{@html}`: CommonMark with tables, strikethrough and bare links, where a line break is a line break.
 * The trust boundary of message texts: raw HTML stays text; images are left out, since they tell their server who reads; titles stay text.
 * `origin` is this place's own: links into it stay in the app, all others open beside it.
 */
export function createMarkdown(origin: string): (text: string) => string {
  const markdown = new MarkdownIt('default', { html: false, linkify: true, breaks: true, typographer: false }).disable([
    'image',
    'code',
  ]);
  markdown.validateLink = (url) => LINK.test(url.trim());

  markdown.renderer.rules.link_open = (tokens, at, options, _env, self) => {
    const token = tokens[at];
    const address = String(token?.attrGet('href') ?? '');
    const own = address === origin || address.startsWith(`${origin}/`);
    token?.attrSet('href', own ? address.slice(origin.length) || '/' : address);
    token?.attrSet('rel', 'noopener noreferrer nofollow');
    if (!own) token?.attrSet('target', '_blank');
    return self.renderToken(tokens, at, options);
  };
  // A heading in a message is emphasis: the page's outline belongs to the page.
  markdown.renderer.rules.heading_open = () => '<p><strong>';
  markdown.renderer.rules.heading_close = () => '</strong></p>\n';
  // Wide code scrolls by itself, so the keyboard must reach it. A group, not a landmark: a conversation has many.
  const code = (text: string, language: string) => {
    const label = language ? ` aria-label="${markdown.utils.escapeHtml(language)}"` : '';
    return `<pre class="code" tabindex="0" role="group"${label || ' aria-label="Code"'}><code>${markdown.utils.escapeHtml(text)}</code></pre>\n`;
  };
  markdown.renderer.rules.fence = (tokens, at) =>
    code(tokens[at]?.content ?? '', tokens[at]?.info.trim().split(/\s+/)[0] ?? '');

  return (text) => markdown.render(text);
}
