using System.Text.Json;

namespace CommuniConnect.Loss;

/// <summary>What was found wrong, and how much was looked at. Safe from any thread.</summary>
/// <param name="complaints">Where each loss is told.</param>
internal sealed class Tally(TextWriter complaints)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _counts = new(
        Losses.ToDictionary(loss => loss, _ => 0L, StringComparer.Ordinal),
        StringComparer.Ordinal
    );

    /// <summary>The losses that must not be: each is reported, also when there were none.</summary>
    public static readonly string[] Losses =
    [
        "acknowledged_bytes_lost",
        "frames_doubled_or_out_of_order",
        "offsets_taken_back",
        "messages_lost",
        "messages_doubled",
        "messages_out_of_order",
        "removed_messages_shown",
        "replays_refused",
        "servers_ended",
    ];

    public bool IsClean => Losses.All(loss => _counts[loss] == 0);

    public long this[string what] => _counts[what];

    public void Add(string what, long count = 1)
    {
        lock (_lock)
        {
            _counts[what] = _counts.GetValueOrDefault(what) + count;
        }
    }

    /// <summary>Counts a loss, and says where.</summary>
    public void Lose(string what, long count, string where)
    {
        if (count > 0)
        {
            Add(what, count);
            complaints.WriteLine($"{what}: {count}: {where}");
        }
    }

    public override string ToString() => JsonSerializer.Serialize(_counts);
}
