import type { Still } from '../database/rows.ts';

/** Nothing is painted until the parser has come to the app: on a slow processor it pauses within a picture, and each part is laid out anew. */
const WHOLE = '<link rel="expect" href="#app" blocking="render" />';

/** A page with pictures before its app, and a policy that allows their styles and nothing else that it did not before. */
export async function withStills(page: Response, stills: Still[]): Promise<Response> {
  const headers = new Headers(page.headers);
  headers.delete('content-length');
  const policy = headers.get('content-security-policy');
  const hashes = stills.flatMap((still) => still.hashes).join(' ');
  if (policy)
    headers.set(
      'content-security-policy',
      policy.replace(/style-src /, (found) => `${found}${hashes} `),
    );
  const pictures = stills.map(({ html }) => html).join('');
  const html = (await page.text())
    .replace('</head>', (head) => WHOLE + head)
    .replace('<body>', (body) => body + pictures);
  return new Response(html, { status: page.status, statusText: page.statusText, headers });
}
