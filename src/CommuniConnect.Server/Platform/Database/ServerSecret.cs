namespace CommuniConnect.Server.Platform.Database;

/// <summary>A random key the server made for itself at its first start, shared by all of its nodes.</summary>
internal sealed class ServerSecret
{
    public required string Name { get; init; }
    public required byte[] Value { get; init; }
}
