using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CommuniConnect.Server.Platform.Webhooks;

/// <summary>
/// The headers a receiver knows a message by. Spec: Standard Webhooks 1.0: "the content to sign is
/// <c>msg_id.timestamp.payload</c>", HMAC-SHA256, in Base64 behind <c>v1,</c>.
/// </summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <param name="id">The same for every attempt: a receiver that has seen it passes over the message.</param>
    /// <param name="at">Of this attempt: an old one that somebody recorded is refused.</param>
    public static void Sign(
        HttpRequestMessage request,
        string id,
        DateTimeOffset at,
        byte[] body,
        byte[] key
    )
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Headers.Add(IdHeader, id);
        request.Headers.Add(TimestampHeader, timestamp);
        request.Headers.Add(SignatureHeader, Of(id, timestamp, body, key));
    }

    private static string Of(string id, string timestamp, byte[] body, byte[] key)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}";
    }
}
