using System.Text.RegularExpressions;
using Xunit;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>Fills in the forms of pages as a browser does, with the antiforgery token of the page.</summary>
internal static partial class Forms
{
    public static async Task<string> PageAsync(this HttpClient browser, string path)
    {
        using var answer = await browser.GetAsync(path);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {page}");
        return page;
    }

    /// <summary>Sends a named form of a page back to the page.</summary>
    public static Task<HttpResponseMessage> PostAsync(
        HttpClient browser,
        string page,
        string formName,
        params (string Name, string Value)[] fields
    ) => PostToAsync(browser, page, page, [("_handler", formName), .. fields]);

    /// <summary>Sends a form of a page to another address.</summary>
    public static async Task<HttpResponseMessage> PostToAsync(
        HttpClient browser,
        string page,
        string action,
        params (string Name, string Value)[] fields
    )
    {
        var token = Token().Match(await browser.PageAsync(page)).Groups["token"].Value;
        return await browser.PostAsync(
            action,
            new FormUrlEncodedContent(
                fields
                    .Append(("__RequestVerificationToken", token))
                    .Select(f => new KeyValuePair<string, string>(f.Item1, f.Item2))
            )
        );
    }

    /// <summary>The path of an address, whole or not.</summary>
    public static string PathAndQuery(this Uri address) =>
        address.IsAbsoluteUri && address.Scheme.StartsWith("http", StringComparison.Ordinal)
            ? address.PathAndQuery
            : address.OriginalString;

    [GeneratedRegex(
        "name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex Token();
}
