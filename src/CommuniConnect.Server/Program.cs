using CommuniConnect.Server;
using CommuniConnect.Server.Community.Geography;

if (args is [ImportQuartiersCommand.Name, .. var rest])
{
    if (rest is not [var file, .. var settings])
    {
        await Console.Error.WriteLineAsync(
            $"{ImportQuartiersCommand.Name} FICHIER.csv --data DOSSIER"
        );
        return 1;
    }
    await using var importer = await ServerApp.CreateAsync(settings);
    return await ImportQuartiersCommand.RunAsync(
        importer.Services,
        file,
        Console.Out,
        Console.Error,
        CancellationToken.None
    );
}

await using var app = await ServerApp.CreateAsync(args);
await app.RunAsync();
return 0;
