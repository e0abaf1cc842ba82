namespace CommuniConnect.Server.Community.Posts;

internal static class PostsSetup
{
    public static IServiceCollection AddPosts(this IServiceCollection services) =>
        services.AddScoped<PostReader>().AddScoped<PostWriter>();

    public static void MapPosts(this IEndpointRouteBuilder app) => PostsEndpoints.Map(app);
}
