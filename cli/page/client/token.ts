const KEY = 'otel-exec-page-token';

/**
 * The server's token: from the fragment of the address, which no browser sends and which is taken out of
 * the address at once, or what this tab was given before.
 */
export function readToken(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    keepToken(given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(KEY) ?? undefined;
}

/** Keeps the token for as long as this tab lives. */
export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token);
}

/** The header that carries a token. */
export function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}
