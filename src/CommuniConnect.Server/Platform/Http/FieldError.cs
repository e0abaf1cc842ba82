namespace CommuniConnect.Server.Platform.Http;

/// <summary>What is wrong with one field that somebody filled in.</summary>
/// <param name="Field">Its name in JSON.</param>
/// <param name="Detail">A sentence for people, in the language of the request.</param>
internal sealed record FieldError(string Field, string Detail);
