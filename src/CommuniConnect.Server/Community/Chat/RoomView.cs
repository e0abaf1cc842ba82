using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>What a room shows at one moment, immutable.</summary>
internal sealed record RoomView
{
    /// <summary>The newest messages that are shown, oldest first.</summary>
    public required ShownMessage[] Newest { get; init; }

    /// <summary>Every shown message above this number is in <see cref="Newest"/>.</summary>
    public int KnownAfter { get; init; }

    /// <summary>The newest number that was given, 0 in an empty room.</summary>
    public int Last { get; init; }

    /// <summary>How many messages are shown.</summary>
    public int Count { get; init; }

    /// <summary>How many times messages were changed or removed.</summary>
    public int Revision { get; init; }

    /// <summary>The newest changes, oldest first.</summary>
    public ImmutableArray<RoomChange> Changes { get; init; } = [];

    /// <summary>Every change above this revision is in <see cref="Changes"/>.</summary>
    public int ChangesKnownAfter { get; init; }
    public required LiveState State { get; init; }
    public required RoomShown Room { get; init; }
    public required RoomPeople People { get; init; }
    public required ImmutableDictionary<string, int> Reactions { get; init; }

    /// <summary>The room is closing down; no other view follows.</summary>
    public bool Over { get; init; }

    /// <summary>Rings when there is a newer view.</summary>
    public required RoomBell Changed { get; init; }

    /// <summary>What followers at the same place are told: made, and turned into bytes, once for all of them.</summary>
    public ConcurrentDictionary<
        (int After, int Last, int Revision),
        RoomUpdate
    > Pages { get; init; } = new();

    /// <summary>The first <paramref name="limit"/> messages above a number, or null when they are no longer in memory.</summary>
    public ArraySegment<ShownMessage>? After(int number, int limit)
    {
        if (number < KnownAfter)
            return null;
        var from = Newest.Length;
        while (from > 0 && Newest[from - 1].Id > number)
            from--;
        return new ArraySegment<ShownMessage>(Newest, from, Math.Min(limit, Newest.Length - from));
    }

    /// <summary>The last <paramref name="limit"/> messages, or null when not all of them are in memory.</summary>
    public ArraySegment<ShownMessage>? Latest(int limit) =>
        Newest.Length >= limit || KnownAfter == 0 ? After(StartOf(limit), limit) : null;

    /// <summary>The number above which the last <paramref name="limit"/> messages in memory stand.</summary>
    private int StartOf(int limit) => Newest.Length > limit ? Newest[^(limit + 1)].Id : KnownAfter;

    /// <summary>What changed after a revision, or null when that is no longer in memory.</summary>
    public IReadOnlyList<RoomChange>? ChangesAfter(int revision) =>
        revision < ChangesKnownAfter ? null
        : revision >= Revision ? []
        : [.. Changes.Where(change => change.Revision > revision)];
}

/// <summary>A message that is another than it was.</summary>
/// <param name="Message">As it is now, or null when it was removed.</param>
internal sealed record RoomChange(int Revision, int Number, ShownMessage? Message);
