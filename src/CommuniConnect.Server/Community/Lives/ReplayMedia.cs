namespace CommuniConnect.Server.Community.Lives;

/// <summary>One part of a replay, or a recording made elsewhere and attached. Parts play one after another, in the order of their ids.</summary>
internal sealed class ReplayMedia
{
    public int Id { get; init; }
    public int PostId { get; init; }

    /// <summary>Unguessable part of the address.</summary>
    public required string Token { get; init; }

    /// <summary>The file, relative to the folder of the live.</summary>
    public required string File { get; init; }
    public required string ContentType { get; init; }
    public TimeSpan Duration { get; init; }
    public long SizeBytes { get; init; }
    public int Width { get; init; }
    public int Height { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
