import { Scope } from './scope.js';
import { text } from './texts.js';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly videoBitsPerSecond: number;
  readonly audioBitsPerSecond: number;
}

/**
 * Speech, in one channel: Opus is clear from 24 kbit/s on, and with the heads of its packets the sound alone stays under
 * 40 kbit/s for who can have no more.
 */
const SPEECH_BITS_PER_SECOND = 24_000;
const MUSIC_BITS_PER_SECOND = 96_000;

/** What the member can choose; the first fits a 3G uplink with room to spare. */
export const pictureSizes: readonly PictureSize[] = [
  { width: 640, height: 360, videoBitsPerSecond: 1_200_000, audioBitsPerSecond: SPEECH_BITS_PER_SECOND },
  { width: 1280, height: 720, videoBitsPerSecond: 2_500_000, audioBitsPerSecond: MUSIC_BITS_PER_SECOND },
];

const FRAMES_PER_SECOND = 30;

export interface CaptureChoice {
  readonly cameraId?: string | undefined;
  readonly microphoneId?: string | undefined;
  readonly size: PictureSize;
}

/** The camera, screen and microphone, as one stream to preview and to send. */
export class Capture {
  /** What is shown and sent now; null while nothing is open. */
  stream: MediaStream | null = null;
  /** True while the picture is the screen. */
  fromScreen = false;
  #scope = new Scope();
  #muted = false;
  #pictureOff = false;

  constructor(
    /** A device or shared window ended by itself. */
    private readonly onEnded: () => void,
  ) {}

  get hasSound(): boolean {
    return (this.stream?.getAudioTracks().length ?? 0) > 0;
  }

  /** Opens camera and microphone, closing what was open: a phone cannot hold two cameras at once. */
  async openCamera(choice: CaptureChoice): Promise<void> {
    checkPage();
    this.close();
    const video: MediaTrackConstraints = {
      width: { ideal: choice.size.width },
      height: { ideal: choice.size.height },
      frameRate: { ideal: FRAMES_PER_SECOND },
      ...(choice.cameraId ? { deviceId: { exact: choice.cameraId } } : { facingMode: 'user' }),
    };
    const audio = microphone(choice);
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video, audio });
    } catch (error) {
      // A machine with a camera but no microphone answers "not found" for both: better a silent live than none.
      if ((error as DOMException).name !== 'NotFoundError') throw error;
      stream = await navigator.mediaDevices.getUserMedia({ video });
    }
    this.fromScreen = false;
    this.#use(stream, [stream]);
  }

  /** Asks which screen or window to show and adds the microphone to its sound; what is open stays so until chosen. */
  async openScreen(choice: CaptureChoice): Promise<void> {
    checkPage();
    const screen = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: { ideal: FRAMES_PER_SECOND } },
      audio: true,
    });
    const voice = await navigator.mediaDevices.getUserMedia({ audio: microphone(choice) }).catch(() => null);
    this.close();
    this.fromScreen = true;
    const sources = voice ? [screen, voice] : [screen];
    const sound = sources.flatMap((source) => source.getAudioTracks());
    const stream = new MediaStream(screen.getVideoTracks());
    if (sound.length === 1) stream.addTrack(sound[0]!);
    this.#use(stream, sources);
    // The recorder takes one sound track: the screen's and the voice are mixed into one.
    if (sound.length > 1) stream.addTrack(mix(sources, this.#scope));
    this.#apply();
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#apply();
  }

  setPictureOff(off: boolean): void {
    this.#pictureOff = off;
    this.#apply();
  }

  /** Lets go of every device. */
  close(): void {
    this.#scope.dispose();
    this.#scope = new Scope();
    this.stream = null;
  }

  #use(stream: MediaStream, sources: readonly MediaStream[]): void {
    this.stream = stream;
    const scope = this.#scope;
    for (const track of sources.flatMap((source) => source.getTracks())) {
      scope.onDispose(() => track.stop());
      if (track.kind === 'video') scope.listen(track, 'ended', () => this.onEnded());
    }
    this.#apply();
  }

  #apply(): void {
    for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = !this.#muted;
    for (const track of this.stream?.getVideoTracks() ?? []) track.enabled = !this.#pictureOff;
  }
}

/** The devices of one kind; their names are only known once access was granted. */
export async function devices(kind: 'videoinput' | 'audioinput'): Promise<MediaDeviceInfo[]> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return all.filter((device) => device.kind === kind && device.deviceId !== '');
}

/** The sentence that tells the member what went wrong and what to do. */
export function captureProblem(error: unknown): string {
  const t = text();
  const name = error instanceof Error ? error.name : '';
  switch (name) {
    case 'InsecurePage':
      return t.mediaInsecure;
    case 'NotAllowedError':
    case 'SecurityError':
      return t.mediaRefused;
    case 'NotFoundError':
      return t.mediaMissing;
    case 'NotReadableError':
    case 'AbortError':
      return t.mediaBusy;
    case 'OverconstrainedError':
      return t.mediaConstraint;
    default:
      return t.mediaOther(name || '?');
  }
}

function checkPage(): void {
  if (window.isSecureContext && navigator.mediaDevices) return;
  const error = new Error('getUserMedia needs a secure page');
  error.name = 'InsecurePage';
  throw error;
}

function microphone(choice: CaptureChoice): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    ...(choice.microphoneId && { deviceId: { exact: choice.microphoneId } }),
  };
}

function mix(sources: readonly MediaStream[], scope: Scope): MediaStreamTrack {
  // Opus is made of this rate; from another the encoder converts, and holds the sound up by ten milliseconds.
  const audio = new AudioContext({ sampleRate: 48_000 });
  const out = audio.createMediaStreamDestination();
  for (const source of sources) {
    if (source.getAudioTracks().length > 0) audio.createMediaStreamSource(source).connect(out);
  }
  scope.onDispose(() => void audio.close());
  return out.stream.getAudioTracks()[0]!;
}
