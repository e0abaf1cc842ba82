using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CommuniConnect.Server.Platform.Database;

namespace CommuniConnect.Server.Broadcast.Ingest;

/// <summary>
/// Makes and checks the secrets in the addresses of a live. They are derived from the server's own secret, so nothing
/// has to be stored, looked up or shown only once; an ended live accepts none.
/// </summary>
internal sealed class StreamKeys(ServerKeys keys)
{
    private const int SecretBytes = 18;

    /// <summary><c>live_{author}_{live}-{secret}</c>: lets its bearer publish the live.</summary>
    public string PublishKey(int authorId, int liveId) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"live_{authorId}_{liveId}-{Secret($"publish:{authorId}:{liveId}")}"
        );

    /// <summary>The live a publish key belongs to, or null when the key is not one of ours.</summary>
    public int? LiveOfPublishKey(string key)
    {
        var parts = key.Split('_', 3);
        if (parts is not ["live", var author, var rest])
        {
            return null;
        }
        var dash = rest.IndexOf('-', StringComparison.Ordinal);
        return
            dash > 0
            && TryParseId(author, out var authorId)
            && TryParseId(rest[..dash], out var liveId)
            && Matches(key, PublishKey(authorId, liveId))
            ? liveId
            : null;
    }

    /// <summary>The unguessable part of a watch address.</summary>
    public string WatchToken(int liveId) =>
        Secret(string.Create(CultureInfo.InvariantCulture, $"watch:{liveId}"));

    public bool IsWatchToken(int liveId, string token) => Matches(token, WatchToken(liveId));

    private string Secret(string of)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(keys.Streams, Encoding.UTF8.GetBytes(of), hash);
        return Base64Url.EncodeToString(hash[..SecretBytes]);
    }

    private static bool TryParseId(string text, out int id) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    private static bool Matches(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(given),
            Encoding.UTF8.GetBytes(expected)
        );
}
