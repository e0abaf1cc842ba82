using System.Runtime.InteropServices;
using CommuniConnect.Bench;
using CommuniConnect.Bench.Measurements;
using CommuniConnect.Bench.Support;

if (args is [PlainSignalR.Argument])
{
    await PlainSignalR.RunAsync();
    return 0;
}

Measurement[] all =
[
    new("stop", "answer of a stop after 10 s and after 3 hours", StopLatency.MeasureAsync),
    new("replay", "from that answer to a picture in the middle", ReplayStart.MeasureAsync),
    new("rewind", "from going back in a live of 2 hours to that picture", RewindSeek.MeasureAsync),
    new("join", "from opening a live's page to its picture", JoinTime.MeasureAsync),
    new("latency", "from the camera to a viewer's screen", GlassToGlass.MeasureAsync),
    new("networks", "what viewers on weak networks see (--minutes N)", WeakNetworks.MeasureAsync),
    new("soak", "whether a live's pages and server grow (--minutes N)", Soak.MeasureAsync),
    new("memory", "memory and processor with 100 viewers (--minutes N)", Memory.MeasureAsync),
    new(
        "viewer",
        "what a viewer in Direct costs beside a progressive one",
        async (_, cancellation) => await ViewerCost.MeasureAsync(cancellation)
    ),
    new("start", "from ./run to the first answer", StartUp.MeasureAsync),
    new("script", "what a viewer's page loads", ScriptSize.MeasureAsync),
    new("cut", "a minute without network in a live of five", LongCut.MeasureAsync),
    new(
        "chat",
        "3,000 chatters beside plain SignalR, saving, joining",
        async (_, cancellation) =>
            [
                .. await ChatRoomSpeed.MeasureAsync(cancellation),
                .. await ChatFanOut.MeasureAsync(cancellation),
            ]
    ),
    new("loss", "what kill -9 and cuts of power take (--runs N)", Loss.MeasureAsync),
    new("recovery", "start after kill -9 with gigabytes on air", Recovery.MeasureAsync),
    new("durability", "what fsync costs: with it and without", Durability.MeasureAsync),
    new("parse", "reading and writing WebM", ParseSpeed.MeasureAsync),
];

var options = BenchOptions.Parse(args, all, out var problem);
if (options is null)
{
    await Console.Error.WriteLineAsync(problem);
    return 2;
}

using var cancel = new CancellationTokenSource();

// Servers and browsers are stopped on the way out, also when the bench is told to end.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);

var report = new Report(await Machine.DescribeAsync(cancel.Token));
foreach (var measurement in options.Chosen)
{
    Progress.Say($"{measurement.Name}: {measurement.About}");
    try
    {
        report.Add(measurement, await measurement.RunAsync(options, cancel.Token));
    }
    catch (OperationCanceledException) when (cancel.IsCancellationRequested)
    {
        break;
    }
    // One measurement that cannot be taken must not cost the others.
    catch (Exception error)
    {
        report.AddFailure(measurement, error);
    }
}
await report.PublishAsync();
return report.Failures == 0 && !cancel.IsCancellationRequested ? 0 : 1;

void Cancel(PosixSignalContext signal)
{
    signal.Cancel = true;
    cancel.Cancel();
}
