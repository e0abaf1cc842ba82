using CommuniConnect.Server.Community.Geography;
using CommuniConnect.Server.Community.Posts;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Demo;

/// <summary>A few neighbours who already talk to each other, to try the site with. Made once: a second start adds nothing.</summary>
internal sealed class DemoCommunity(
    AppDb db,
    Accounts accounts,
    Quartiers quartiers,
    PostWriter posts,
    DemoLive live
)
{
    private const string Password = "test123456";

    public async Task CreateAsync(CancellationToken cancellation)
    {
        var mariam = await MemberAsync(
            "mariam.diallo",
            "Mariam",
            "Diallo",
            "Kipé",
            [],
            cancellation
        );
        var alpha = await MemberAsync(
            "alpha.barry",
            "Alpha",
            "Barry",
            "Landréah",
            [],
            cancellation
        );
        var admin = await MemberAsync(
            "admin",
            "Aïssatou",
            "Camara",
            "Almamya",
            [Roles.Moderator, Roles.Administrator],
            cancellation
        );
        if (await db.Posts.AnyAsync(post => post.AuthorId == mariam, cancellation))
        {
            return;
        }
        await LiveAsync(mariam, alpha, admin, cancellation);
        await PostsAsync(mariam, alpha, admin, cancellation);
    }

    private async Task LiveAsync(
        int mariam,
        int alpha,
        int admin,
        CancellationToken cancellation
    ) =>
        await live.AddAsync(
            mariam,
            await db
                .Users.Where(user => user.Id == mariam)
                .Select(user => user.QuartierId!.Value)
                .SingleAsync(cancellation),
            "Essai de notre direct à Kipé",
            "Un premier live pour essayer : l'image, le son et la discussion.",
            [
                (alpha, "Bonsoir Mariam, on te voit bien !", 1),
                (admin, "Le son est bon aussi à Kaloum.", 4),
                (mariam, "Merci à tous d'être là.", 7),
                (alpha, "Vivement le tournoi de samedi.", 11),
            ],
            cancellation
        );

    private async Task PostsAsync(int mariam, int alpha, int admin, CancellationToken cancellation)
    {
        await PostAsync(
            admin,
            "info",
            "Bienvenue sur CommuniConnect",
            "Ici, on se donne des nouvelles du quartier. Restez courtois : on se croise demain au marché.",
            [mariam, alpha],
            [(alpha, "Merci, bonne initiative !")],
            cancellation
        );
        await PostAsync(
            mariam,
            "info",
            "Coupure d'eau à Kipé demain matin",
            "La SEG prévient : pas d'eau de 8 h à 13 h. Pensez à remplir vos bidons ce soir.",
            [alpha, admin],
            [(alpha, "Merci Mariam."), (admin, "Chez nous à Kaloum tout va bien.")],
            cancellation
        );
        await PostAsync(
            alpha,
            "event",
            "Tournoi de football des jeunes",
            "Samedi à 16 h, terrain de Landréah. Venez encourager les équipes, entrée libre.",
            [mariam],
            [(mariam, "J'y serai avec les enfants.")],
            cancellation
        );
        await PostAsync(
            mariam,
            "help",
            "Qui connaît un bon plombier ?",
            "Une fuite sous l'évier, rien de grave mais je préfère quelqu'un du quartier.",
            [],
            [(alpha, "Demande à monsieur Soumah, derrière la mosquée.")],
            cancellation
        );
    }

    private async Task<int> MemberAsync(
        string name,
        string firstName,
        string lastName,
        string quartier,
        string[] roles,
        CancellationToken cancellation
    )
    {
        var email = $"{name}@test.gn";
        var known = await db.Users.SingleOrDefaultAsync(
            user => user.NormalizedEmail == email.ToUpperInvariant(),
            cancellation
        );
        if (known is not null)
        {
            return known.Id;
        }
        var form = new Registration
        {
            Username = name,
            Email = email,
            Password = Password,
            PasswordConfirm = Password,
            FirstName = firstName,
            LastName = lastName,
            Quartier = (await quartiers.SearchAsync(quartier, cancellation)).FirstOrDefault()?.Id,
        };
        var (user, error) = await accounts.RegisterAsync(form, roles, cancellation);
        return user?.Id ?? throw new InvalidOperationException(error?.Detail);
    }

    private async Task PostAsync(
        int author,
        string type,
        string title,
        string content,
        int[] likes,
        (int Author, string Text)[] comments,
        CancellationToken cancellation
    )
    {
        var (id, _) = await posts.CreateAsync(
            author,
            new()
            {
                Title = title,
                Content = content,
                PostType = type,
            },
            cancellation
        );
        foreach (var member in likes)
        {
            await posts.ToggleLikeAsync(id, member, cancellation);
        }
        foreach (var (member, text) in comments)
        {
            await posts.CommentAsync(id, member, text, cancellation);
        }
    }
}
