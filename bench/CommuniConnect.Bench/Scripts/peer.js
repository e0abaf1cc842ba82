// One side of a WebRTC call between two pages: the shortest way from one browser to another.
window.benchPeer = (() => {
  const peer = new RTCPeerConnection();
  const described = () =>
    new Promise((resolve) => {
      const tell = () => peer.iceGatheringState === 'complete' && resolve(JSON.stringify(peer.localDescription));
      peer.addEventListener('icegatheringstatechange', tell);
      tell();
    });
  const video = document.createElement('video');
  video.muted = true;
  video.autoplay = true;
  // Its sound is heard through a loudspeaker that can be listened to; the video itself stays silent.
  const listen = (stream) => {
    const audio = new AudioContext({ latencyHint: 'interactive' });
    audio.createMediaStreamSource(stream).connect(audio.destination);
  };
  let isHeard = false;
  peer.addEventListener('track', ({ track, streams: [stream] }) => {
    video.srcObject = stream;
    if (isHeard && track.kind === 'audio') listen(stream);
    document.body.prepend(video);
  });
  return {
    video,
    async offer() {
      const stream = window.benchClock.camera();
      for (const track of stream.getTracks()) peer.addTrack(track, stream);
      await peer.setLocalDescription();
      return described();
    },
    async answer(offer, muted) {
      isHeard = !muted;
      await peer.setRemoteDescription(JSON.parse(offer));
      await peer.setLocalDescription();
      return described();
    },
    accept: (answer) => peer.setRemoteDescription(JSON.parse(answer)),
  };
})();
