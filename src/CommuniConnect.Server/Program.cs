using CommuniConnect.Server;

await using var app = await ServerApp.CreateAsync(args);
await app.RunAsync();
