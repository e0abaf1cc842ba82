import { Backoff } from './backoff.js';
import type { ResumableAnswer, ResumableRequest } from './resumable-request.js';
import type { Scope } from './scope.js';
import type { TakeBytes } from './take-bytes.js';

/** How the upload of a take came out. */
export type UploadEnd =
  /** All of it is in the recording. */
  | { readonly kind: 'done' }
  /** The server will never take it; `detail` is a sentence to show. */
  | { readonly kind: 'refused'; readonly detail: string }
  /** The member has signed out: it can go on once they are back. */
  | { readonly kind: 'signed-out' }
  /** Nobody knows where in the live it belongs. */
  | { readonly kind: 'unplaced' }
  /** The browser's store cannot be read: it may be another time. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'stopped' };

export interface UploadHooks {
  send(request: ResumableRequest, signal: AbortSignal): Promise<ResumableAnswer | null>;
  /** Resolves when the next chunk may go; false when none ever will. */
  turn(): Promise<boolean>;
  /** How long the next chunk should take. */
  chunkMs(): number;
  /** Aborts when the chunk on its way has to stand back. */
  standBack(scope: Scope): AbortSignal;
  onProgress(): void;
}

const FIRST_CHUNK_BYTES = 64 * 1024;
const LEAST_CHUNK_BYTES = 32 * 1024;
// A block is at most this large, and only whole ones are kept.
const MOST_CHUNK_BYTES = 8 * 1024 * 1024;
const RETRY_FIRST_MS = 300;
const RETRY_MOST_MS = 5000;

/** Sends what is missing of one take in chunks, from the offset the server names, until all of it is durable. */
export class TakeUpload {
  readonly #backoff = new Backoff(RETRY_FIRST_MS, RETRY_MOST_MS);
  #chunkBytes = FIRST_CHUNK_BYTES;
  /** Where the server goes on; null when it has to be asked. */
  #offset: number | null = null;

  constructor(
    private readonly bytes: TakeBytes,
    private readonly hooks: UploadHooks,
    private readonly scope: Scope,
  ) {}

  get #url(): string {
    const { liveId, takeId } = this.bytes.record;
    return `/api/posts/live/${liveId}/takes/${takeId}/`;
  }

  async run(): Promise<UploadEnd> {
    while (await this.hooks.turn()) {
      if (this.#offset === null) {
        const end = await this.#hear(await this.#ask());
        if (end) return end;
        continue;
      }
      // Sent from its beginning without a place, it would be put on air.
      if (this.#offset === 0 && this.bytes.record.after === null) return { kind: 'unplaced' };
      const body = await this.#read(this.#offset);
      if (!body) return { kind: 'unreadable' };
      const end = await this.#hear(await this.#send(this.#offset, body));
      if (end) return end;
    }
    return { kind: 'stopped' };
  }

  async #ask(): Promise<ResumableAnswer | null> {
    const answer = await this.hooks.send({ method: 'HEAD', url: this.#url }, this.scope.signal);
    // Nothing of it is there: it begins behind the one it follows.
    return answer?.status === 404 ? { ...answer, status: 204, offset: 0 } : answer;
  }

  /** The next chunk; empty where the take has to be closed: its bytes from there on are gone here. Null when it cannot be read. */
  async #read(offset: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const { kept } = this.bytes;
    if (offset < kept.start || offset > kept.end) return new Uint8Array(0);
    try {
      return await this.bytes.read(offset, this.#chunkBytes);
    } catch {
      return null;
    }
  }

  async #send(offset: number, body: Uint8Array<ArrayBuffer>): Promise<ResumableAnswer | null> {
    const { kept, record } = this.bytes;
    const complete = body.length === 0 || offset + body.length === kept.end;
    const url = offset === 0 && record.after !== null ? `${this.#url}?after=${record.after}` : this.#url;
    const life = this.scope.child();
    const begunMs = performance.now();
    const answer = await this.hooks.send(
      { method: 'PATCH', url, offset, complete, body },
      this.hooks.standBack(life),
    );
    life.dispose();
    if (answer?.status === 204) this.#measure(body.length, performance.now() - begunMs);
    else if (answer === null) this.#chunkBytes = Math.max(LEAST_CHUNK_BYTES, this.#chunkBytes / 2);
    if (answer?.status === 204 && answer.offset === offset && !answer.complete) {
      // No whole frame was in it: send more at once.
      this.#chunkBytes = Math.min(MOST_CHUNK_BYTES, 2 * Math.max(this.#chunkBytes, body.length));
    }
    return answer;
  }

  async #hear(answer: ResumableAnswer | null): Promise<UploadEnd | null> {
    if (answer?.complete && (answer.status === 204 || answer.status === 409)) {
      this.bytes.freeUntil(this.bytes.kept.end);
      this.hooks.onProgress();
      return { kind: 'done' };
    }
    switch (answer?.status) {
      case 204:
      case 409:
        // Another page or a stop took the turn: ask how far it came.
        if (answer.offset === null) break;
        this.#offset = answer.offset;
        this.bytes.freeUntil(answer.offset);
        this.#backoff.reset();
        this.hooks.onProgress();
        return null;
      case 401:
        return { kind: 'signed-out' };
      case 404:
        return { kind: 'unplaced' };
      case 400:
      case 403:
      case 410:
      case 413:
        return { kind: 'refused', detail: answer.detail };
    }
    this.#offset = null;
    await this.#pause(answer?.retryAfterMs ?? 0);
    return null;
  }

  /** Waits before the next attempt, unless the network comes back. */
  async #pause(leastMs: number): Promise<void> {
    const life = this.scope.child();
    if (leastMs === 0) life.listen(window, 'online', () => life.dispose());
    await life.sleep(Math.max(leastMs, this.#backoff.next()));
    life.dispose();
  }

  #measure(bytes: number, tookMs: number): void {
    const fits = (bytes / Math.max(1, tookMs)) * this.hooks.chunkMs();
    // Twice as much at most: one quick answer says little.
    this.#chunkBytes = Math.round(Math.min(MOST_CHUNK_BYTES, Math.max(LEAST_CHUNK_BYTES, Math.min(fits, 2 * this.#chunkBytes))));
  }
}
