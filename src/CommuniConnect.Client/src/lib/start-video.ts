/** Plays a video; false when the browser wants a gesture for the sound first, and it plays muted for now. */
export async function startVideo(video: HTMLVideoElement): Promise<boolean> {
  try {
    await video.play();
    return true;
  } catch (error) {
    if ((error as DOMException).name !== 'NotAllowedError' || video.muted) return true;
    video.muted = true;
    await video.play().catch(() => {});
    return false;
  }
}
