const HERE = new Set(['127.0.0.1', '::1', '::']);

/** An address as people write it, IPv6 in its short form; null for this machine itself. */
export function shortAddress(address: string): string | null {
  const [plain = '', network] = address.split('/');
  // The parser of addresses that every browser and server has writes them in the standard's short form.
  const short =
    plain.includes(':') && URL.canParse(`http://[${plain}]`)
      ? new URL(`http://[${plain}]`).hostname.slice(1, -1)
      : plain;
  if (HERE.has(short) || short === '') return null;
  return network ? `${short}/${network}` : short;
}
