using System.Globalization;
using CommuniConnect.Loss;

// Kills a server again and again and counts what is missing of what it had acknowledged. Prints one line of JSON; ends with 1
// when anything is, unless it is to report only.
if (args is ["--self-test"])
{
    await using var folder = await DataDisk.MakeAsync(powerCut: false);
    var missed = await new SelfTest(
        await Ffmpeg.FootageAsync(folder.Scratch),
        folder.Scratch
    ).RunAsync();
    Console.WriteLine(
        missed.Count == 0 ? "every loss is found" : $"not found: {string.Join(", ", missed)}"
    );
    return missed.Count;
}
if (args is not ["--server", var program, "--runs", var count, .. var rest])
{
    await Console.Error.WriteLineAsync(
        "--server SERVER.dll --runs N [--power | --fail-in-turn | --drop] [--seed N] [--report], or --self-test"
    );
    return 2;
}
var powerCut = rest.Contains("--power");
var failInTurn = rest.Contains("--fail-in-turn");
var seedAt = Array.IndexOf(rest, "--seed");
var seed =
    seedAt < 0 ? Environment.TickCount : int.Parse(rest[seedAt + 1], CultureInfo.InvariantCulture);
var random = new Random(seed);
await Console.Error.WriteLineAsync($"seed {seed}");

var tally = new Tally(Console.Error);
await using var disk = await DataDisk.MakeAsync(powerCut);
await using var network = await ServerNetwork.MakeAsync(apart: rest.Contains("--drop"));
await using var server = new ServerUnderTest(program, disk, network);
await server.StartAsync();
var members = new List<Api>();
for (var i = 0; i < Round.Chatters; i++)
{
    members.Add(await Api.RegisterAsync(server.Address, $"membre{i}"));
}
var footage = await Ffmpeg.FootageAsync(disk.Scratch);
var judge = new Judge(WebMBlocks.Read(footage), tally);
for (var run = 1; run <= int.Parse(count, CultureInfo.InvariantCulture); run++)
{
    await (
        failInTurn
            ? new FailingRound(
                server,
                members,
                footage,
                disk.Scratch,
                judge,
                tally,
                random
            ).RunAsync(run)
            : new Round(
                server,
                network,
                members,
                footage,
                disk.Scratch,
                judge,
                tally,
                random
            ).RunAsync(run)
    );
    await Console.Error.WriteLineAsync($"run {run}: {tally}");
}
foreach (var member in members)
{
    member.Dispose();
}
Console.WriteLine(tally);
return tally.IsClean || rest.Contains("--report") ? 0 : 1;
