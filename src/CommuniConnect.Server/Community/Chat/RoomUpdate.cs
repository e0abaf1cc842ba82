using System.Text.Json;
using System.Text.Json.Serialization;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>One item of what a follower of a room is told. Only what belongs to its type is set.</summary>
internal sealed class RoomUpdate(string type)
{
    private byte[]? _json;

    /// <summary>"messages", "changed", "removed", "state", "room", "member" or "reactions".</summary>
    public string Type => type;

    /// <summary>Oldest first; of "messages", each number once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ShownMessage>? Messages { get; init; }

    /// <summary>How many the live shows, beside the messages, so that a counter needs no state of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MessagesCount { get; init; }

    /// <summary>The messages that are no longer shown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Ids { get; init; }

    /// <summary>How many changes of messages the follower knows with this one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Revision { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LiveState? State { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RoomShown? Room { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MemberStanding? Member { get; init; }

    /// <summary>Reactions since the follower was told last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, int>? Added { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, int>? Totals { get; init; }

    public static RoomUpdate Of(LiveState state) => new("state") { State = state };

    public static RoomUpdate Of(RoomShown room) => new("room") { Room = room };

    public static RoomUpdate Of(MemberStanding member) => new("member") { Member = member };

    /// <summary>As JSON in UTF-8: made once, however many followers are given this same update.</summary>
    public byte[] Json(JsonSerializerOptions options) =>
        _json ??= JsonSerializer.SerializeToUtf8Bytes(this, options);
}

/// <summary>An update on its way to a connection: its JSON goes out as it is.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record RoomFrame(RoomUpdate Update)
{
    private sealed class Converter : JsonConverter<RoomFrame>
    {
        public override RoomFrame Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        ) => throw new NotSupportedException();

        public override void Write(
            Utf8JsonWriter writer,
            RoomFrame value,
            JsonSerializerOptions options
        ) => writer.WriteRawValue(value.Update.Json(options), skipInputValidation: true);
    }
}

/// <summary>Where the live stands, as its room tells it.</summary>
/// <param name="Duration">Recorded time so far, in seconds.</param>
/// <param name="ReconnectUntil">When an interrupted live ends by itself, or null.</param>
/// <param name="EndReason">Why it ended, or null while it runs.</param>
/// <param name="EndExplanation">What the moderator who stopped it had to say, or null.</param>
internal sealed record LiveState(
    int LiveId,
    LiveStatus Status,
    int Viewers,
    int PeakViewers,
    int MessagesCount,
    decimal Duration,
    DateTimeOffset? StartedAt,
    DateTimeOffset? ReconnectUntil,
    string? EndReason = null,
    string? EndExplanation = null
);
