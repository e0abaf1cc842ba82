// Keeps every byte that the page's encoders make, take by take, whatever becomes of it.
(() => {
  window.benchTakes = [];
  const keeper = () => {
    let pieces = null;
    return (piece) => {
      if (!pieces) window.benchTakes.push((pieces = []));
      pieces.push(piece);
    };
  };
  const Channel = window.MessageChannel;
  window.MessageChannel = class extends Channel {
    constructor() {
      super();
      const keep = keeper();
      this.port1.addEventListener('message', ({ data }) => data.type === 'bytes' && keep(data.bytes.slice()));
    }
  };
  const Recorder = window.MediaRecorder;
  window.MediaRecorder = class extends Recorder {
    constructor(...inputs) {
      super(...inputs);
      const keep = keeper();
      this.addEventListener('dataavailable', (event) => event.data.size > 0 && keep(event.data));
    }
  };
  window.benchTake = async (index) => new Uint8Array(await new Blob(window.benchTakes[index]).arrayBuffer()).toBase64();
})();
