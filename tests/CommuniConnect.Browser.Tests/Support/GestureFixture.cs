using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>A Chromium as people have it, which plays no sound on a page before its first gesture, and one server.</summary>
public sealed class GestureFixture : BrowserFixture
{
    protected override string AutoplayPolicy => "document-user-activation-required";

    /// <summary>A member of the demo community on a page of which nothing has been touched yet.</summary>
    public async Task<IPage> UntouchedAsync(string email)
    {
        var signedIn = await SignedInAsync(email);
        return await signedIn.Context.NewPageAsync();
    }
}
