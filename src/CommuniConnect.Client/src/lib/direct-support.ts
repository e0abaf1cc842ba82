/**
 * Whether this browser has what Direct is made of; pages that are not secure do not. An iPhone shows nothing but a video in
 * full screen, so that it is better off with one.
 */
export function canPlayDirect(): boolean {
  return (
    'requestFullscreen' in HTMLElement.prototype && typeof VideoDecoder !== 'undefined' && typeof AudioDecoder !== 'undefined' &&
    typeof AudioWorkletNode !== 'undefined' && typeof WebSocket !== 'undefined'
  );
}
