using System.Globalization;
using CommuniConnect.Loss;

// Kills a server again and again and counts what is missing of what it had acknowledged. Prints one line of JSON; ends with 1
// when anything is, unless it is to report only.
if (args is not ["--server", var program, "--runs", var count, .. var rest])
{
    await Console.Error.WriteLineAsync(
        "--server SERVER.dll --runs N [--power] [--seed N] [--report]"
    );
    return 2;
}
var powerCut = rest.Contains("--power");
var seedAt = Array.IndexOf(rest, "--seed");
var seed =
    seedAt < 0 ? Environment.TickCount : int.Parse(rest[seedAt + 1], CultureInfo.InvariantCulture);
var random = new Random(seed);
await Console.Error.WriteLineAsync($"seed {seed}");

var tally = new Tally();
await using var disk = await DataDisk.MakeAsync(powerCut);
await using var server = new ServerUnderTest(program, disk);
await server.StartAsync();
var members = new List<Api>();
for (var i = 0; i < Round.Chatters; i++)
{
    members.Add(await Api.RegisterAsync(server.Address, $"membre{i}"));
}
var footage = Path.Combine(disk.Scratch, "footage.webm");
await ServerUnderTest.RunAsync(
    "ffmpeg",
    [
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=320x180:rate=15:duration=20",
        "-f",
        "lavfi",
        "-i",
        "sine=frequency=440:sample_rate=48000:duration=20",
        "-c:v",
        "libvpx",
        "-g",
        "15",
        "-b:v",
        "200k",
        "-deadline",
        "realtime",
        "-cpu-used",
        "8",
        "-c:a",
        "libopus",
        "-b:a",
        "32k",
        "-f",
        "webm",
        "-live",
        "1",
        footage,
    ]
);
var bytes = await File.ReadAllBytesAsync(footage);
for (var run = 1; run <= int.Parse(count, CultureInfo.InvariantCulture); run++)
{
    await new Round(server, members, bytes, disk.Scratch, tally, random).RunAsync(run);
    await Console.Error.WriteLineAsync($"run {run}: {tally}");
}
foreach (var member in members)
{
    member.Dispose();
}
Console.WriteLine(tally);
return tally.IsClean || rest.Contains("--report") ? 0 : 1;
