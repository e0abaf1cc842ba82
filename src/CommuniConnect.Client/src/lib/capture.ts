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
/** A device is not there, not as it was chosen, or another program has it: there may be something else to open. */
const UNAVAILABLE = ['NotFoundError', 'OverconstrainedError', 'NotReadableError'];

export interface CaptureChoice {
  readonly cameraId?: string | undefined;
  readonly microphoneId?: string | undefined;
  readonly size: PictureSize;
}

/** The camera, screen and microphone, as one stream to preview and to send. */
export class Capture {
  /** What is shown and sent now; null while nothing is open. */
  stream: MediaStream | null = null;
  /** Why the picture or the sound is missing; null while neither is. */
  problem: unknown = null;
  #scope = new Scope();
  /** What is shown of the screen, with the sound that may have. */
  #screen: MediaStream | null = null;
  /** What is said to it. */
  #voice: MediaStream | null = null;
  #muted = false;
  #pictureOff = false;

  constructor(
    /** A device or shared window ended by itself. */
    private readonly onEnded: (kind: string) => void,
  ) {}

  /** True while the picture is the screen. */
  get fromScreen(): boolean {
    return this.#screen !== null;
  }

  get hasPicture(): boolean {
    return (this.stream?.getVideoTracks().length ?? 0) > 0;
  }

  get hasSound(): boolean {
    return (this.stream?.getAudioTracks().length ?? 0) > 0;
  }

  /** Whether a microphone is open. */
  get hasVoice(): boolean {
    return this.fromScreen ? this.#voice?.active === true : this.hasSound;
  }

  /**
   * Opens camera and microphone, closing what was open: a phone cannot hold two cameras at once. Where one that was chosen is
   * gone it opens another, and one of the two where there is no other: better a silent live than none.
   */
  async openCamera(choice: CaptureChoice): Promise<void> {
    checkPage();
    this.close();
    const { stream, problem } = await openFirst(wishes(choice));
    this.#use(stream, [stream]);
    this.problem = this.hasPicture && this.hasSound ? null : problem;
  }

  /**
   * Shows a screen, and adds the microphone to its sound: the screen another capture shows, or one that is asked for. What is
   * open stays so until it is chosen.
   */
  async openScreen(choice: CaptureChoice, shown?: Capture): Promise<void> {
    checkPage();
    // A clone goes on when the other lets go of its own.
    const screen = (shown && shown.#screen?.clone()) ?? (await askForScreen());
    const { stream: voice, problem } = await openVoice(choice);
    this.close();
    this.#screen = screen;
    this.#voice = voice;
    const sources = voice ? [screen, voice] : [screen];
    const sound = sources.flatMap((source) => source.getAudioTracks()).filter(isLive);
    const stream = new MediaStream(screen.getVideoTracks());
    if (sound.length === 1) stream.addTrack(sound[0]!);
    this.#use(stream, sources);
    // The recorder takes one sound track: the screen's and the voice are mixed into one.
    if (sound.length > 1) stream.addTrack(mix(sources, this.#scope));
    this.#apply();
    this.problem = this.hasSound ? null : problem;
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
    this.stream = this.#screen = this.#voice = null;
    this.problem = null;
  }

  #use(stream: MediaStream, sources: readonly MediaStream[]): void {
    this.stream = stream;
    const scope = this.#scope;
    for (const track of sources.flatMap((source) => source.getTracks())) {
      scope.onDispose(() => track.stop());
      scope.listen(track, 'ended', () => {
        this.stream?.removeTrack(track);
        this.onEnded(track.kind);
      });
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

/** The sentence for a capture without a picture or without sound. */
export function lackOf({ hasPicture, problem }: Capture): string {
  const isBusy = problem !== null && (problem as DOMException).name === 'NotReadableError';
  return isBusy ? captureProblem(problem) : hasPicture ? text().noMicrophone : text().noCamera;
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

/** What to ask for, the best first. */
function wishes({ size, cameraId, microphoneId }: CaptureChoice): MediaStreamConstraints[] {
  const pictures = orAny(cameraId).map((id) => camera(size, id));
  const sounds = orAny(microphoneId).map(microphone);
  return [
    ...pictures.flatMap((video) => sounds.map((audio) => ({ video, audio }))),
    { video: pictures.at(-1)! },
    { audio: sounds.at(-1)! },
  ];
}

/** The device that is chosen, and should it be gone, any. */
function orAny(id: string | undefined): (string | undefined)[] {
  return id ? [id, undefined] : [undefined];
}

/** What was opened, and why it is not the best that was asked for. */
interface Opened {
  readonly stream: MediaStream | null;
  readonly problem: unknown;
}

/** A microphone for who shows their screen, which they can do without one. */
function openVoice({ microphoneId }: CaptureChoice): Promise<Opened> {
  const sounds = orAny(microphoneId).map((id) => ({ audio: microphone(id) }));
  return openFirst(sounds).catch((problem: unknown) => ({ stream: null, problem }));
}

/** Opens the first of these that there is; `problem` is that of the best. */
async function openFirst(best: readonly MediaStreamConstraints[]): Promise<Opened & { stream: MediaStream }> {
  let problem: unknown = null;
  for (const wish of best) {
    try {
      return { stream: await navigator.mediaDevices.getUserMedia(wish), problem };
    } catch (error) {
      problem ??= error;
      if (!UNAVAILABLE.includes((error as DOMException).name)) break;
    }
  }
  throw problem;
}

function askForScreen(): Promise<MediaStream> {
  return navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: FRAMES_PER_SECOND } }, audio: true });
}

function camera(size: PictureSize, id: string | undefined): MediaTrackConstraints {
  return {
    width: { ideal: size.width },
    height: { ideal: size.height },
    frameRate: { ideal: FRAMES_PER_SECOND },
    ...(id ? { deviceId: { exact: id } } : { facingMode: 'user' }),
  };
}

function microphone(id: string | undefined): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    ...(id && { deviceId: { exact: id } }),
  };
}

function isLive(track: MediaStreamTrack): boolean {
  return track.readyState === 'live';
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
