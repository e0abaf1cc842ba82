using System.Diagnostics;

namespace CommuniConnect.Bench.Support;

/// <summary>What one write made durable costs on this disk now: whatever is stored safely pays it.</summary>
internal static class DiskSync
{
    private const int Writes = 50;
    private const int WriteBytes = 25 << 10; // 200 ms at 1 Mbit/s

    /// <summary>Milliseconds of each of some writes with fsync.</summary>
    public static IReadOnlyCollection<double> Measure()
    {
        var folder = Directory.CreateTempSubdirectory("communiconnect-bench-");
        try
        {
            using var file = File.OpenHandle(
                Path.Combine(folder.FullName, "sync"),
                FileMode.CreateNew,
                FileAccess.Write
            );
            var bytes = new byte[WriteBytes];
            var times = new List<double>();
            for (var i = 0; i < Writes; i++)
            {
                var began = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, bytes, (long)i * WriteBytes);
                RandomAccess.FlushToDisk(file);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
            return times;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
