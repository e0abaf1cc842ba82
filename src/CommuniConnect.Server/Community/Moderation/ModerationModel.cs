using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Community.Lives;
using CommuniConnect.Server.Community.Posts;
using CommuniConnect.Server.Community.Users;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Moderation;

/// <summary>How what moderators decide lies in the database.</summary>
internal static class ModerationModel
{
    public static void Configure(ModelBuilder builder)
    {
        builder.Entity<ChatSettings>(settings =>
        {
            settings.HasKey(s => s.LiveId);
            settings.Property(s => s.LiveId).ValueGeneratedNever();
            settings.HasOne<LiveRecord>().WithOne().HasForeignKey<ChatSettings>(s => s.LiveId);
        });
        builder.Entity<ChatSanction>(sanction =>
        {
            sanction.HasKey(s => new { s.LiveId, s.MemberId });
            sanction.HasOne<LiveRecord>().WithMany().HasForeignKey(s => s.LiveId);
            sanction.HasOne(s => s.Member).WithMany().HasForeignKey(s => s.MemberId);
        });
        builder.Entity<LiveHelper>(helper =>
        {
            helper.HasKey(h => new { h.LiveId, h.MemberId });
            helper.HasOne<LiveRecord>().WithMany().HasForeignKey(h => h.LiveId);
            helper.HasOne(h => h.Member).WithMany().HasForeignKey(h => h.MemberId);
        });
        builder.Entity<HeldMessage>(held =>
        {
            held.HasOne<LiveRecord>().WithMany().HasForeignKey(h => h.LiveId);
            held.HasOne(h => h.Author).WithMany().HasForeignKey(h => h.AuthorId);
            held.HasIndex(h => new
                {
                    h.LiveId,
                    h.AuthorId,
                    h.ClientId,
                })
                .IsUnique();
        });
        builder.Entity<ModerationEntry>(entry =>
        {
            entry.HasOne(e => e.By).WithMany().HasForeignKey(e => e.ById);
            entry.HasOne(e => e.Member).WithMany().HasForeignKey(e => e.MemberId);
            // The log of a live goes with the live; LiveId is the id of its post.
            entry.HasOne<Post>().WithMany().HasForeignKey(e => e.LiveId);
        });
        builder.Entity<Report>(report =>
        {
            report.HasOne<Post>().WithMany().HasForeignKey(r => r.PostId);
            report.HasOne(r => r.Reporter).WithMany().HasForeignKey(r => r.ReporterId);
            report
                .HasIndex(r => new
                {
                    r.PostId,
                    r.MessageNumber,
                    r.ReporterId,
                })
                .IsUnique();
            report.HasIndex(r => r.ClosedAt);
        });
        builder.Entity<MemberTie>(tie =>
        {
            tie.HasKey(t => new
            {
                t.MemberId,
                t.Kind,
                t.OtherId,
            });
            tie.HasOne<User>().WithMany().HasForeignKey(t => t.MemberId);
            tie.HasOne(t => t.Other).WithMany().HasForeignKey(t => t.OtherId);
        });
        builder.Entity<ForbiddenWord>().HasKey(w => w.Word);
        builder.Entity<ReactionCount>(reaction =>
        {
            reaction.HasKey(r => new
            {
                r.LiveId,
                r.Second,
                r.Emoji,
            });
            reaction.HasOne<LiveRecord>().WithMany().HasForeignKey(r => r.LiveId);
        });
    }
}
