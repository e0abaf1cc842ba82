// Stops a live and shows the middle of its replay at once. The clock starts when the stop is answered.
async ({ path, token }) => {
  const answer = await fetch(path, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: '{}',
  });
  const stopped = await answer.json();
  const answeredMs = performance.now();
  const video = document.createElement('video');
  video.muted = true;
  document.body.prepend(video);
  return new Promise((resolve, reject) => {
    let metadataMs = 0;
    video.addEventListener('error', () => reject(new Error(video.error.message)));
    video.addEventListener('loadedmetadata', () => {
      metadataMs = performance.now();
      video.currentTime = video.duration / 2;
    });
    // The picture of the start may come first; it is not the one that was asked for.
    const look = (_now, { mediaTime }) => {
      if (metadataMs === 0 || Math.abs(mediaTime - video.duration / 2) > 1) {
        video.requestVideoFrameCallback(look);
        return;
      }
      resolve(JSON.stringify({
        metadataMs: metadataMs - answeredMs,
        frameMs: performance.now() - answeredMs,
        duration: video.duration,
      }));
    };
    video.requestVideoFrameCallback(look);
    video.src = stopped.video_url;
  });
}
