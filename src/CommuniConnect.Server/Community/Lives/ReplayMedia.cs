using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>One part of a replay, or a recording made elsewhere and attached. Parts play one after another.</summary>
internal sealed class ReplayMedia
{
    /// <summary>Where recordings that were attached come in the order of a post.</summary>
    public const int AttachedPosition = 1_000_000;

    public int Id { get; init; }
    public int PostId { get; init; }

    /// <summary>Its place in the order of the post; among equals the older comes first.</summary>
    public int Position { get; set; }

    /// <summary>Unguessable part of the address.</summary>
    public required string Token { get; init; }

    /// <summary>The first of its files, relative to the folder of the live. No two parts of a live have the same.</summary>
    public required string File { get; init; }

    /// <summary>All of its files, in the order in which they play.</summary>
    public List<MediaFile> Files { get; set; } = [];

    /// <summary>Whether the files have to be put together; else there is one, which is served as it is.</summary>
    public bool IsSpliced { get; set; }
    public required string ContentType { get; init; }
    public TimeSpan Duration { get; set; }
    public long SizeBytes { get; set; }
    public int Width { get; init; }
    public int Height { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Takes over what a part has become.</summary>
    public void Update(ReplayPart part, int position)
    {
        Position = position;
        IsSpliced = part.IsSpliced;
        Duration = part.Duration;
        SizeBytes = part.SizeBytes;
        Files = [.. part.Files.Select(MediaFile.Of)];
    }
}

/// <summary>A file of a <see cref="ReplayMedia"/>: see <see cref="ReplayFile"/>.</summary>
internal sealed class MediaFile
{
    public required string Name { get; init; }
    public TimeSpan Start { get; init; }
    public TimeSpan? LiveStart { get; init; }

    public static MediaFile Of(ReplayFile file) =>
        new()
        {
            Name = file.Name,
            Start = file.Start,
            LiveStart = file.LiveStart,
        };

    public ReplayFile ToReplayFile() => new(Name, Start, LiveStart);
}
