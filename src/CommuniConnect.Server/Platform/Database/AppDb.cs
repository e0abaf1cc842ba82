using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Community.Geography;
using CommuniConnect.Server.Community.Lives;
using CommuniConnect.Server.Community.Moderation;
using CommuniConnect.Server.Community.Posts;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Webhooks;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Platform.Database;

/// <summary>Everything the community remembers. The provider is chosen by the subclass, so that each has its own migrations.</summary>
internal abstract class AppDb(DbContextOptions options)
    : IdentityDbContext<User, IdentityRole<int>, int>(options),
        IDataProtectionKeyContext
{
    public DbSet<Quartier> Quartiers => Set<Quartier>();
    public DbSet<Post> Posts => Set<Post>();
    public DbSet<PostLike> PostLikes => Set<PostLike>();
    public DbSet<Comment> Comments => Set<Comment>();
    public DbSet<LiveRecord> Lives => Set<LiveRecord>();
    public DbSet<ReplayMedia> Media => Set<ReplayMedia>();
    public DbSet<StopRecord> Stops => Set<StopRecord>();
    public DbSet<ChatMessage> ChatMessages => Set<ChatMessage>();
    public DbSet<ReactionCount> ReactionCounts => Set<ReactionCount>();
    public DbSet<ChatSettings> ChatSettings => Set<ChatSettings>();
    public DbSet<ChatSanction> ChatSanctions => Set<ChatSanction>();
    public DbSet<LiveHelper> LiveHelpers => Set<LiveHelper>();
    public DbSet<HeldMessage> HeldMessages => Set<HeldMessage>();
    public DbSet<ModerationEntry> ModerationEntries => Set<ModerationEntry>();
    public DbSet<Report> Reports => Set<Report>();
    public DbSet<MemberTie> MemberTies => Set<MemberTie>();
    public DbSet<ForbiddenWord> ForbiddenWords => Set<ForbiddenWord>();
    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();
    public DbSet<ServerSecret> ServerSecrets => Set<ServerSecret>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        // SQLite can neither compare nor order DateTimeOffset: times are Unix milliseconds in every database.
        configuration.Properties<DateTimeOffset>().HaveConversion<UnixMillisecondsConverter>();
        configuration.Properties<TimeSpan>().HaveConversion<MillisecondsConverter>();
        configuration.Properties<Enum>().HaveConversion<string>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<User>(user =>
        {
            user.Property(u => u.FirstName).HasMaxLength(User.NameLength);
            user.Property(u => u.LastName).HasMaxLength(User.NameLength);
            user.HasOne(u => u.Quartier).WithMany().OnDelete(DeleteBehavior.SetNull);
            // Identity looks before it inserts: only the index stops two registrations at the same moment.
            user.HasIndex(u => u.NormalizedEmail).HasDatabaseName("EmailIndex").IsUnique();
        });
        builder.Entity<Quartier>(quartier =>
        {
            quartier.Property(q => q.Nom).HasMaxLength(Quartier.NameLength);
            quartier.Property(q => q.Commune).HasMaxLength(Quartier.NameLength);
            quartier.Property(q => q.SearchKey).HasMaxLength(2 * Quartier.NameLength + 1);
            quartier.HasIndex(q => new { q.Commune, q.Nom }).IsUnique();
        });
        builder.Entity<Post>(post =>
        {
            post.Property(p => p.Title).HasMaxLength(Post.TitleLength);
            post.Property(p => p.Content).HasMaxLength(Post.ContentLength);
            post.Property(p => p.PostType).HasMaxLength(20);
            post.HasOne(p => p.Author).WithMany().HasForeignKey(p => p.AuthorId);
            post.HasOne(p => p.Quartier).WithMany().OnDelete(DeleteBehavior.SetNull);
            post.HasOne(p => p.Live).WithOne().HasForeignKey<LiveRecord>(l => l.PostId);
            post.HasMany(p => p.Media).WithOne().HasForeignKey(m => m.PostId);
            post.HasMany(p => p.Likes).WithOne().HasForeignKey(l => l.PostId);
            post.HasMany(p => p.Comments).WithOne().HasForeignKey(c => c.PostId);
            post.HasIndex(p => p.CreatedAt);
        });
        builder.Entity<PostLike>().HasKey(l => new { l.PostId, l.UserId });
        builder.Entity<PostLike>().HasOne<User>().WithMany().HasForeignKey(l => l.UserId);
        builder.Entity<Comment>(comment =>
        {
            comment.Property(c => c.Content).HasMaxLength(Comment.ContentLength);
            comment.HasOne(c => c.Author).WithMany().HasForeignKey(c => c.AuthorId);
        });
        builder.Entity<LiveRecord>(live =>
        {
            live.HasKey(l => l.PostId);
            live.Property(l => l.PostId).ValueGeneratedNever();
            live.HasIndex(l => l.EndedAt);
            live.Property(l => l.ThumbnailToken).HasMaxLength(32);
            live.Ignore(l => l.EndReasonName);
            live.Property(l => l.EndExplanation).HasMaxLength(StopRecord.ReasonLength * 2);
        });
        builder.Entity<StopRecord>(stop =>
        {
            stop.Property(s => s.Title).HasMaxLength(Post.TitleLength);
            stop.Property(s => s.Reason).HasMaxLength(StopRecord.ReasonLength * 2);
            stop.HasOne<User>().WithMany().HasForeignKey(s => s.MemberId);
        });
        builder.Entity<ReplayMedia>(media =>
        {
            media.Property(m => m.File).HasMaxLength(200);
            media.Property(m => m.ContentType).HasMaxLength(50);
            media.Property(m => m.Token).HasMaxLength(32);
            media.OwnsMany(m => m.Files, files => files.ToJson());
        });
        builder.Entity<ChatMessage>(message =>
        {
            message.HasKey(m => new { m.LiveId, m.Number });
            message.Property(m => m.Number).ValueGeneratedNever();
            message.Property(m => m.Content).HasMaxLength(ChatMessage.ContentLength * 2);
            message.Property(m => m.ClientId).HasMaxLength(ChatMessage.ClientIdLength);
            message.HasOne(m => m.Author).WithMany().HasForeignKey(m => m.AuthorId);
            message.HasOne<LiveRecord>().WithMany().HasForeignKey(m => m.LiveId);
            message.Property(m => m.Revision).HasDefaultValue(0);
            // What a follower that was away must be told is found by it, and few messages ever change.
            message.HasIndex(m => new { m.LiveId, m.Revision }).HasFilter("\"Revision\" > 0");
            message.HasIndex(m => new { m.LiveId, m.MediaTime });
            message
                .HasIndex(m => new
                {
                    m.LiveId,
                    m.AuthorId,
                    m.ClientId,
                })
                .IsUnique();
        });
        ModerationModel.Configure(builder);
        builder.Entity<WebhookDelivery>().HasIndex(d => new { d.Target, d.Id });
        builder.Entity<ServerSecret>(secret =>
        {
            secret.HasKey(s => s.Name);
            secret.Property(s => s.Name).HasMaxLength(50);
        });
    }
}
