using System.Globalization;

namespace CommuniConnect.Bench.Support;

/// <summary>What a process costs the machine, as Linux counts it.</summary>
internal sealed class ProcessCost(int processId)
{
    /// <summary>Memory it occupies now, in MB.</summary>
    public double ResidentMegabytes => Status("VmRSS");

    /// <summary>Most memory it has occupied, in MB.</summary>
    public double PeakMegabytes => Status("VmHWM");

    /// <summary>Processor time it has used, of all its threads.</summary>
    public TimeSpan Processor
    {
        get
        {
            using var process = System.Diagnostics.Process.GetProcessById(processId);
            return process.TotalProcessorTime;
        }
    }

    private double Status(string field) =>
        File.ReadLines($"/proc/{processId}/status")
            .Where(line => line.StartsWith(field, StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
            .Select(kilobytes => double.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024)
            .Single();
}
