namespace CommuniConnect.Loss;

/// <summary>
/// Shows the judge records that were doctored, one loss each: a checker that finds nothing proves something only when it
/// would have found it.
/// </summary>
internal sealed class SelfTest(byte[] footage, string scratch)
{
    private const int Messages = 5;
    private readonly List<Block> _published = WebMBlocks.Read(footage);
    private readonly List<(int Id, string Content)> _said =
    [
        .. Enumerable.Range(1, Messages).Select(n => (n, $"message {n}")),
    ];

    private int FrameEnd => (int)_published[9].End;

    private long Acknowledged => _published[_published.Count / 2].End;

    /// <summary>The doctored records in which the loss was not found, and the sound one if it was complained about.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        var missed = new List<string>();
        Expect("all is there", loss: null, Replay(blocks => blocks));
        Expect("what was not promised is missing", loss: null, Replay(b => b[..^5]));
        Expect("the chat is whole", loss: null, Chat(said => said));
        Expect("no replay", "acknowledged_bytes_lost", Replay(_ => []));
        Expect("the end of what was promised", "acknowledged_bytes_lost", Replay(b => b[..20]));
        Expect("one frame", "acknowledged_bytes_lost", Replay(b => [.. b[..9], .. b[10..]]));
        Expect("a frame cut", "acknowledged_bytes_lost", File(file => file[..(FrameEnd - 1)]));
        Expect("a frame damaged", "acknowledged_bytes_lost", File(Damage));
        Expect(
            "a frame twice",
            "frames_doubled_or_out_of_order",
            Replay(b => [.. b[..9], .. b[8..]])
        );
        Expect("two frames swapped", "frames_doubled_or_out_of_order", Replay(b => Swap(b)));
        Expect("an offset", "offsets_taken_back", judge => judge.Offset("", 100, 99));
        Expect("a message", "messages_lost", Chat(said => said[..^1]));
        Expect("a word changed", "messages_lost", Chat(s => [.. s[..^1], (Messages, "autre")]));
        Expect(
            "a message twice",
            "messages_doubled",
            Chat(s => [.. s, (Messages + 1, s[0].Content)])
        );
        Expect("a number twice", "messages_out_of_order", Chat(s => [.. s, s[^1]]));
        Expect("an order", "messages_out_of_order", Chat(s => [s[1], s[0], .. s[2..]]));
        Expect("a gap", "messages_out_of_order", Chat(s => [.. s[..2], .. s[3..]]));
        Expect("removals, told and not told", loss: null, Chat(s => [s[0], .. s[2..]], 2, 3));
        Expect("a removed message", "removed_messages_shown", Chat(said => said, 2));
        Expect("one too many gone", "messages_lost", Chat(s => [.. s[2..]], 2));
        await ExpectProbeAsync("a sound file", loss: null, footage);
        await ExpectProbeAsync("a file cut", "replays_refused", footage[..(footage.Length / 2)]);
        await ExpectProbeAsync("a file without a head", "replays_refused", footage[200..]);
        return missed;

        void Expect(string what, string? loss, Action<Judge> show)
        {
            var tally = new Tally(TextWriter.Null);
            show(new Judge(_published, tally));
            if (loss is null ? !tally.IsClean : tally[loss] == 0)
            {
                missed.Add(what);
            }
        }

        async Task ExpectProbeAsync(string what, string? loss, byte[] file)
        {
            var (exit, errors) = await Ffmpeg.ProbeAsync(file, scratch);
            Expect(what, loss, judge => judge.Probe("", exit, errors));
        }
    }

    private Action<Judge> Replay(Func<List<Block>, IReadOnlyList<Block>> doctor) =>
        judge => judge.Replay("", Acknowledged, doctor([.. _published]));

    /// <param name="removed">The removal of this one was acknowledged.</param>
    /// <param name="unsure">The removal of this one was not.</param>
    private Action<Judge> Chat(
        Func<List<(int Id, string Content)>, IReadOnlyList<(int Id, string Content)>> doctor,
        int removed = 0,
        int unsure = 0
    )
    {
        var seen = _said.ToDictionary(m => m.Id, m => m.Content);
        var removals = new Dictionary<int, bool> { [removed] = true };
        removals.TryAdd(unsure, false);
        return judge => judge.Chat("", seen, removals, seen, doctor([.. _said]));
    }

    /// <summary>Two frames of the same track in each other's place.</summary>
    private static List<Block> Swap(List<Block> blocks)
    {
        var other = blocks.FindIndex(1, b => b.Track == blocks[0].Track);
        (blocks[0], blocks[other]) = (blocks[other], blocks[0]);
        return blocks;
    }

    /// <summary>The file itself is doctored, and read as any other.</summary>
    private Action<Judge> File(Func<byte[], byte[]> doctor) =>
        judge => judge.Replay("", Acknowledged, WebMBlocks.Read(doctor([.. footage])));

    private byte[] Damage(byte[] file)
    {
        file[FrameEnd - 1] ^= 0xFF;
        return file;
    }
}
