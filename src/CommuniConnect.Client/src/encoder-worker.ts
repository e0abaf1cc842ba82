import { LOADED, type Beginning, type FromTake, type ToTake } from './lib/encoder-messages.js';
import { TakeEncoder } from './lib/take-encoder.js';

addEventListener('message', ({ data: { setup, port } }: MessageEvent<Beginning>) => {
  const emit = (message: FromTake) => port.postMessage(message, message.type === 'bytes' ? [message.bytes.buffer] : []);
  const take = new TakeEncoder(setup, emit);
  port.onmessage = ({ data }: MessageEvent<ToTake>) => take.receive(data);
  void take.run();
});

// TypeScript's library for pages does not know the worker's own postMessage.
(globalThis as unknown as { postMessage(message: typeof LOADED): void }).postMessage(LOADED);
