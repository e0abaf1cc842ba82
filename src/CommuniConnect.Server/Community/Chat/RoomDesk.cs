namespace CommuniConnect.Server.Community.Chat;

/// <summary>Everything that is decided in one room beside new messages: see <see cref="Desk"/>.</summary>
internal sealed class RoomDesk(
    RoomParts parts,
    RoomState state,
    RoomLog log,
    RoomWriter writer,
    RoomReactions reactions
)
{
    public MessageDesk Messages { get; } = new(parts, state, log, writer);
    public RuleDesk Rules { get; } = new(parts, state, log, writer);
    public MemberDesk Members { get; } = new(parts, state, log, writer);
    public HeldDesk Held { get; } = new(parts, state, log, writer, reactions);
}
