namespace CommuniConnect.Server.Platform.Storage;

internal static class StorageSetup
{
    public static IServiceCollection AddStorage(
        this IServiceCollection services,
        DataFolder data,
        IConfiguration configuration
    ) =>
        services
            .AddSingleton(data)
            .AddSingleton<FreeSpace>()
            .Configure<StorageOptions>(configuration.GetSection(StorageOptions.Section));
}
