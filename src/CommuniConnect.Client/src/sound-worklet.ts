// Runs on the browser's sound thread: hands the jitter buffer's sound to the speaker and tells what is being played.
import { JitterBuffer, type SoundChunk } from './lib/jitter-buffer.js';
import type { SoundReport } from './lib/speaker.js';

declare const sampleRate: number;
declare const currentTime: number;
declare function registerProcessor(name: string, type: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

const REPORT_SECONDS = 0.05;

class LiveSound extends AudioWorkletProcessor {
  #buffer = new JitterBuffer(sampleRate);
  #reportedAt = 0;
  #gaps = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<SoundChunk | 'clear' | 'renew'>) => {
      if (data === 'clear') this.#buffer.clear();
      else if (data === 'renew') this.#buffer = new JitterBuffer(sampleRate);
      else this.#buffer.push(data);
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const buffer = this.#buffer;
    const time = buffer.time;
    buffer.read(outputs[0]!);
    if (currentTime - this.#reportedAt > REPORT_SECONDS || buffer.gaps !== this.#gaps) {
      this.#reportedAt = currentTime;
      this.#gaps = buffer.gaps;
      const report: SoundReport = { time, at: currentTime, level: buffer.level, margin: buffer.margin, stalls: buffer.stalls };
      this.port.postMessage(report);
    }
    return true;
  }
}

registerProcessor('live-sound', LiveSound);
