using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>How often a page has had the browser's own recorder make a take, which it does where WebCodecs cannot.</summary>
internal static class Recorders
{
    private const string Script = """
        const Recorder = window.MediaRecorder;
        window.recorders = 0;
        window.MediaRecorder = class extends Recorder {
          constructor(...inputs) {
            super(...inputs);
            window.recorders++;
          }
        };
        """;

    /// <summary>Counts from the page's next navigation on.</summary>
    public static Task CountRecordersAsync(this IPage page) => page.AddInitScriptAsync(Script);

    /// <summary>How many there were.</summary>
    public static Task<int> RecordersAsync(this IPage page) =>
        page.EvaluateAsync<int>("() => window.recorders");
}
