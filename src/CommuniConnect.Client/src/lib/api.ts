import { lang } from './lang.js';
import { text } from './texts.js';

/** A request the server refused or that never reached it; `message` is a sentence to show. */
export class ApiError extends Error {
  constructor(
    message: string,
    /** HTTP status, or 0 when no answer came. */
    readonly status: number,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** What to show the member about any error. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

let clockOffsetMs = 0;

/** The server's time now, as far as its answers tell: members' own clocks are often minutes off. */
export function serverNowMs(): number {
  return Date.now() + clockOffsetMs;
}

/** Calls the site's own API with its cookie; throws ApiError with the problem's `detail`. */
export async function api<T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  options: { body?: unknown; signal?: AbortSignal } = {},
): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': lang() };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  let response: Response;
  const askedMs = Date.now();
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
      ...(options.signal && { signal: options.signal }),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(text().offline, 0);
  }
  learnClock(response, askedMs);
  const body = await response.json().catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    return null;
  });
  if (!response.ok) throw new ApiError(body?.detail ?? body?.error ?? body?.title ?? text().serverError, response.status);
  // Cut off, or of somebody in between who wants a sign-in first: not what was asked for.
  if (method === 'GET' && body === null) throw new ApiError(text().offline, 0);
  return body as T;
}

function learnClock(response: Response, askedMs: number): void {
  const date = Date.parse(response.headers.get('Date') ?? '');
  if (Number.isNaN(date)) return;
  // The header has whole seconds: on average the server's clock reads half a second more.
  const offset = date + 500 - (askedMs + Date.now()) / 2;
  clockOffsetMs = Math.abs(offset) > 1000 ? offset : 0;
}
