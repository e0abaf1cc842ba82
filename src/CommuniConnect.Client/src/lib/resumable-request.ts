import { lang } from './lang.js';

/** What a HEAD or PATCH of a take was answered. Spec: draft-ietf-httpbis-resumable-upload. */
export interface ResumableAnswer {
  readonly status: number;
  /** How many bytes are durable, where the answer says it. */
  readonly offset: number | null;
  readonly complete: boolean;
  /** The sentence of a refusal. */
  readonly detail: string;
  readonly retryAfterMs: number;
}

export interface ResumableRequest {
  readonly method: 'HEAD' | 'PATCH';
  readonly url: string;
  readonly offset?: number;
  readonly complete?: boolean;
  readonly body?: Uint8Array<ArrayBuffer>;
}

/** A request on which nothing moves for this long is given up: mobile links die silently. */
export const STALL_MS = 5000;
// The server answers when everything is on its disk, which may be busy.
const ANSWER_MS = 15_000;

/** Sends a request; null when no answer came. By XMLHttpRequest: only it tells how far a body has gone. */
export function sendResumable(request: ResumableRequest, signal: AbortSignal): Promise<ResumableAnswer | null> {
  return new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    let timer = 0;
    const expect = (ms: number) => {
      clearTimeout(timer);
      timer = window.setTimeout(() => xhr.abort(), ms);
    };
    const abort = () => xhr.abort();
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      resolve(xhr.status === 0 ? null : answerOf(xhr));
    };
    xhr.open(request.method, request.url);
    xhr.setRequestHeader('Accept', 'application/json');
    xhr.setRequestHeader('Accept-Language', lang());
    if (request.method === 'PATCH') {
      xhr.setRequestHeader('Content-Type', 'application/partial-upload');
      xhr.setRequestHeader('Upload-Offset', String(request.offset));
      xhr.setRequestHeader('Upload-Complete', request.complete ? '?1' : '?0');
    }
    xhr.upload.addEventListener('progress', () => expect(STALL_MS));
    xhr.upload.addEventListener('load', () => expect(ANSWER_MS));
    xhr.addEventListener('loadend', over);
    signal.addEventListener('abort', abort);
    expect(STALL_MS);
    if (signal.aborted) resolve(null);
    else xhr.send(request.body ?? null);
  });
}

function answerOf(xhr: XMLHttpRequest): ResumableAnswer {
  const offset = xhr.getResponseHeader('Upload-Offset');
  let detail = '';
  try {
    const problem: { detail?: string } = JSON.parse(xhr.responseText);
    detail = problem.detail ?? '';
  } catch {
    // HEAD and 204 have no body.
  }
  return {
    status: xhr.status,
    offset: offset === null ? null : Number(offset),
    complete: xhr.getResponseHeader('Upload-Complete') === '?1',
    detail,
    retryAfterMs: Number(xhr.getResponseHeader('Retry-After') ?? 0) * 1000,
  };
}
