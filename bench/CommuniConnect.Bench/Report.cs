using System.Globalization;
using System.Text;
using CommuniConnect.Bench.Support;

namespace CommuniConnect.Bench;

/// <summary>The figures of one run, as one Markdown text for the screen and for the file.</summary>
internal sealed class Report(IReadOnlyList<string> machine)
{
    private static readonly string[] Head = ["", "what", "figure", "target", "", "runs"];

    private readonly List<string[]> _rows = [];
    private readonly List<string> _failed = [];
    private int _met;
    private int _missed;

    /// <summary>Measurements that could not be taken.</summary>
    public int Failures => _failed.Count;

    public void Add(Measurement measurement, IReadOnlyList<Figure> figures)
    {
        foreach (var f in figures)
        {
            _rows.Add([measurement.Name, f.What, f.ValueText, f.TargetText, f.Verdict, f.Spread]);
            Progress.Say($"  {f.What}: {f.ValueText} {f.Verdict}");
            _met += f.Target?.IsMet(f.Value) == true ? 1 : 0;
            _missed += f.Target?.IsMet(f.Value) == false ? 1 : 0;
        }
    }

    public void AddFailure(Measurement measurement, Exception error)
    {
        _failed.Add($"{measurement.Name} could not be measured: {error.Message.Split('\n')[0]}");
        Progress.Say($"  failed: {error}");
    }

    /// <summary>Prints the report and leaves it in bench/results.</summary>
    public async Task PublishAsync()
    {
        var now = DateTimeOffset.Now;
        var text = Render(now);
        await Console.Out.WriteAsync(text);
        var folder = Directory.CreateDirectory(Repository.Results).FullName;
        var name = now.ToString("yyyy-MM-dd-HHmmss", CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.md"), text);
    }

    private string Render(DateTimeOffset now)
    {
        var text = new StringBuilder();
        var date = now.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        text.Append(CultureInfo.InvariantCulture, $"# Figures of {date}\n\n");
        text.AppendJoin('\n', machine.Select(line => $"- {line}")).Append("\n\n");
        AppendTable(text);
        foreach (var failure in _failed)
        {
            text.Append('\n').Append(failure).Append('\n');
        }
        var counts = $"{_met} met, {_missed} missed, {_failed.Count} not measured";
        return text.Append('\n').Append(counts).Append('\n').ToString();
    }

    private void AppendTable(StringBuilder text)
    {
        var widths = Head.Select((head, i) => _rows.Append(Head).Max(row => row[i].Length));
        var columns = widths.ToArray();
        AppendRow(text, Head, columns);
        AppendRow(text, [.. columns.Select(width => new string('-', width))], columns);
        foreach (var row in _rows)
        {
            AppendRow(text, row, columns);
        }
    }

    private static void AppendRow(StringBuilder text, string[] cells, int[] widths) =>
        text.Append("| ")
            .AppendJoin(" | ", cells.Select((cell, i) => cell.PadRight(widths[i])))
            .Append(" |\n");
}
