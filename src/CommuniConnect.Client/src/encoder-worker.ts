import type { FromWorker, ToWorker } from './lib/encoder-messages.js';
import { TakeEncoder } from './lib/take-encoder.js';

// TypeScript's library for pages does not know the worker's own postMessage.
const page = globalThis as unknown as { postMessage(message: FromWorker, transfer: Transferable[]): void };
let take: TakeEncoder | null = null;

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'start') {
    take = new TakeEncoder(data, (message) => page.postMessage(message, message.type === 'bytes' ? [message.bytes.buffer] : []));
    void take.run();
  } else {
    take?.receive(data);
  }
});
