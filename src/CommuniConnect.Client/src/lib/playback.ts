import type { ControlledMedia } from './media-controls.js';

export type PlayerState = 'connecting' | 'waiting' | 'playing' | 'paused' | 'interrupted' | 'ended' | 'unsupported';

export interface PlayerStats {
  /** From the request to the first picture; null before it. */
  readonly joinMs: number | null;
  /** Behind the newest instant that is here to be shown; null before the first picture. */
  readonly behindMs: number | null;
  /** How often it stood still although bytes kept coming. */
  readonly stalls: number;
  readonly framesDecoded: number;
}

/** The live a playback plays, as the page around it knows it. */
export interface LiveSource {
  readonly liveId: number;
  readonly watchUrl: string;
  /** The server says that nothing comes from the broadcaster at present. */
  readonly interrupted: boolean;
  /** Asks whether the live is over, and if so lets the page know; a playback does not connect again then. Null: it did not say. */
  hasEnded(): Promise<boolean | null>;
}

/**
 * One way to play a live. Events: `statechange`, `joined` (the first picture is there), `soundblocked` (the browser wants a
 * gesture first: it plays muted), and those of {@link ControlledMedia}. Started once and stopped once.
 */
export interface Playback extends ControlledMedia {
  /** What shows the picture, as large as the box it is put into. */
  readonly element: HTMLElement;
  readonly state: PlayerState;
  /** The instant on screen, in seconds of the live's own timeline; null before the first picture. */
  readonly currentTime: number | null;
  /** How far that instant is behind the newest one of the live, in seconds; null while that is not known. */
  readonly behindSeconds: number | null;
  /** The instant being heard, on the same timeline; null in silence. */
  readonly soundTime: number | null;
  readonly stats: PlayerStats;
  start(): void;
  /** Gives up connection, decoders and listeners. */
  stop(): void;
  /** Goes on at the live edge. */
  play(): void;
  pause(): void;
}
