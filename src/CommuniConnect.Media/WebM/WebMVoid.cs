namespace CommuniConnect.Media.WebM;

/// <summary>Bytes of our own in a file that every reader steps over. Spec: RFC 8794 §11.3.2.</summary>
public static class WebMVoid
{
    /// <summary>A Void element with this content.</summary>
    public static byte[] Write(ReadOnlySpan<byte> content) =>
        EbmlElement.ToBytes(EbmlElement.Binary(WebMId.Void, content.ToArray()));
}
