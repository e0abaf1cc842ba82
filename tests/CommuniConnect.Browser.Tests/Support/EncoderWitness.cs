using System.Globalization;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>Sees every byte that the encoders of a page make, whatever becomes of it, and holds the replay against it.</summary>
internal sealed class EncoderWitness : IDisposable
{
    private const string Script = """
        const page = crypto.randomUUID();
        let takes = 0;
        window.untold = 0;
        const teller = () => {
          let take = 0;
          const waiting = [];
          let telling = false;
          return async (piece) => {
            take ||= ++takes;
            waiting.push(piece);
            window.untold++;
            if (telling) return;
            telling = true;
            while (waiting.length > 0) {
              const pieces = waiting.splice(0);
              const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
              await window.witness(page, take, bytes.toBase64());
              window.untold -= pieces.length;
            }
            telling = false;
          };
        };
        const Recorder = window.MediaRecorder;
        window.MediaRecorder = class extends Recorder {
          constructor(...inputs) {
            super(...inputs);
            const tell = teller();
            this.addEventListener('dataavailable', (event) => event.data.size > 0 && tell(event.data));
          }
        };
        const Channel = window.MessageChannel;
        window.MessageChannel = class extends Channel {
          constructor() {
            super();
            const tell = teller();
            this.port1.addEventListener('message', ({ data }) => data.type === 'bytes' && tell(data.bytes.slice()));
          }
        };
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("witness-");
    private readonly Lock _lock = new();
    private readonly List<IPage> _watched = [];
    private readonly List<string> _pages = [];
    private readonly SortedSet<string> _takes = new(StringComparer.Ordinal);

    /// <summary>Watches a page from its next navigation on.</summary>
    public async Task WatchAsync(IPage page)
    {
        _watched.Add(page);
        await page.ExposeFunctionAsync<string, int, string, bool>("witness", Add);
        await page.AddInitScriptAsync(Script);
    }

    /// <summary>Waits until a page has told of what it made until now, but for so many pieces.</summary>
    public static Task HearAllAsync(IPage page, int but = 0) =>
        page.WaitForFunctionAsync("but => !(window.untold > but)", but);

    /// <summary>The page is about to be killed.</summary>
    public async Task PartAsync(IPage page)
    {
        await HearAllAsync(page, but: 2);
        _watched.Remove(page);
    }

    /// <summary>How many encoders have run.</summary>
    public int Takes
    {
        get
        {
            lock (_lock)
            {
                return _takes.Count;
            }
        }
    }

    /// <summary>Every frame and every sound that was encoded is in the replay, in order, once.</summary>
    /// <param name="brokenOff">
    /// How many packets may differ at the end of a take whose page was killed: it may have kept some to itself, and
    /// stored others that it could not tell of any more.
    /// </param>
    public async Task AssertReplayHoldsAllAsync(string replay, int brokenOff = 0)
    {
        foreach (var page in _watched)
        {
            await HearAllAsync(page);
        }
        foreach (var kind in new[] { 'v', 'a' })
        {
            var recorded = await Footage.PacketsAsync(replay, kind);
            var at = 0;
            var from = 0;
            foreach (var take in _takes)
            {
                var encoded = await Footage.PacketsAsync(
                    Path.Combine(_folder.FullName, take),
                    kind,
                    mayBreakOff: brokenOff > 0
                );
                // What a killed page stored without telling stands between its take and the next.
                while (at < from + brokenOff && at < recorded.Count && recorded[at] != encoded[0])
                {
                    at++;
                }
                var held = 0;
                while (
                    held < encoded.Count
                    && at + held < recorded.Count
                    && recorded[at + held] == encoded[held]
                )
                {
                    held++;
                }
                Assert.True(
                    held >= encoded.Count - brokenOff,
                    $"{kind} of take {take}: {held} of {encoded.Count} are in the replay, from packet {at} of {recorded.Count} on"
                );
                from = at += held;
            }
            Assert.InRange(recorded.Count, at, at + brokenOff);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private bool Add(string page, int take, string bytes)
    {
        lock (_lock)
        {
            if (!_pages.Contains(page))
            {
                _pages.Add(page);
            }
            var name = string.Create(
                CultureInfo.InvariantCulture,
                $"{_pages.IndexOf(page):d2}-{take:d3}.webm"
            );
            _takes.Add(name);
            using var file = new FileStream(Path.Combine(_folder.FullName, name), FileMode.Append);
            file.Write(Convert.FromBase64String(bytes));
            return true;
        }
    }
}
