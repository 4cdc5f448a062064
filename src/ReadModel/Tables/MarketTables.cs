using System.Numerics;
using System.Text.RegularExpressions;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.ReadModel.Tables;

/// <summary>
/// The tables of one market, the same in every database, and named after the rows. What SQL has no common type for is bytes: see the
/// converters. A database adds how many rows are written at once.
/// </summary>
internal abstract partial class MarketTables(DbContextOptions options) : DbContext(options)
{
    public DbSet<MarketRow> Market => Set<MarketRow>();

    public DbSet<BlockRow> Blocks => Set<BlockRow>();

    public DbSet<EventRow> Events => Set<EventRow>();

    public DbSet<ProjectSummary> Projects => Set<ProjectSummary>();

    public DbSet<RoundSummary> Rounds => Set<RoundSummary>();

    public DbSet<SubmissionSummary> Submissions => Set<SubmissionSummary>();

    public DbSet<Participation> Participations => Set<Participation>();

    public DbSet<ClaimSummary> Claims => Set<ClaimSummary>();

    public DbSet<EvidenceRow> Evidence => Set<EvidenceRow>();

    public DbSet<CreditRow> Credits => Set<CreditRow>();

    public DbSet<WithdrawalRow> Withdrawals => Set<WithdrawalRow>();

    public DbSet<AccountEventRow> AccountEvents => Set<AccountEventRow>();

    public DbSet<ContentRow> Contents => Set<ContentRow>();

    /// <summary>Inserts rows in the open transaction; one whose key is there already takes that one's place.</summary>
    public Task WriteAsync<T>(IReadOnlyCollection<T> rows, CancellationToken cancellationToken)
        where T : class =>
        rows.Count == 0 ? Task.CompletedTask : WriteAsync(TableColumns.Of(Model.FindEntityType(typeof(T))!), rows, cancellationToken);

    protected abstract Task WriteAsync(TableColumns table, IEnumerable<object> rows, CancellationToken cancellationToken);

    /// <summary>Whose tables these are: the given market's from now on, if they were nobody's.</summary>
    public async Task<MarketIdentity> ClaimAsync(MarketIdentity market, CancellationToken cancellationToken)
    {
        if (await Market.SingleOrDefaultAsync(cancellationToken) is { } found)
            return found.Identity;
        Market.Add(new MarketRow { ChainId = market.ChainId, Address = market.Market });
        await SaveChangesAsync(cancellationToken);
        return market;
    }

    protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking);

    protected override void ConfigureConventions(ModelConfigurationBuilder conventions)
    {
        conventions.Properties<Address>().HaveConversion<AddressConverter>();
        conventions.Properties<Bytes32>().HaveConversion<WordConverter>();
        conventions.Properties<Cid>().HaveConversion<CidConverter>();
        conventions.Properties<BigInteger>().HaveConversion<AmountConverter>();
        conventions.Properties<DateTimeOffset>().HaveConversion<SecondsConverter>();
        conventions.Properties<ulong>().HaveConversion<long>();
        conventions.Properties<uint>().HaveConversion<long>();
        conventions.Properties<Enum>().HaveConversion<string>();
        conventions.DefaultTypeMapping<Address>().HasConversion<AddressConverter>();
    }

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.Entity<MarketRow>(table =>
        {
            table.ToTable("market", one => one.HasCheckConstraint("ck_market_one", "id = 1")).HasKey(row => row.Id);
            table.Property(row => row.Id).ValueGeneratedNever();
            table.Ignore(row => row.Identity);
        });
        model.Entity<BlockRow>(table =>
        {
            table.ToTable("blocks").HasKey(row => row.Number);
            table.Property(row => row.Number).ValueGeneratedNever();
        });
        model.Entity<EventRow>(table =>
        {
            table.ToTable("events").HasKey(row => new { row.Block, row.LogIndex });
            table.HasIndex(row => new { row.Project, row.Block, row.LogIndex });
        });
        model.Entity<ProjectSummary>(ConfigureProjects);
        model.Entity<RoundSummary>(ConfigureRounds);
        model.Entity<SubmissionSummary>(table =>
        {
            table.ToTable("submissions").HasKey(row => new { row.Project, row.Round, row.Seat });
            table.HasIndex(row => row.Trainer);
            table.ComplexProperty(row => row.Submitted);
            table.HasOne<RoundSummary>().WithMany().HasForeignKey(row => new { row.Project, row.Round });
        });
        model.Entity<Participation>(table =>
        {
            table.ToTable("participations").HasKey(row => new { row.Project, row.Trainer });
            table.HasIndex(row => row.Trainer);
            table.Property(row => row.Uncredited).HasDefaultValue(BigInteger.Zero);
            table.ComplexProperty(row => row.Joined);
            table.HasOne<ProjectSummary>().WithMany().HasForeignKey(row => row.Project);
        });
        model.Entity<ClaimSummary>(ConfigureClaims);
        model.Entity<EvidenceRow>(table =>
        {
            table.ToTable("evidence").HasKey(row => new { row.Block, row.LogIndex });
            table.HasIndex(row => row.Claim);
            table.HasOne<ClaimSummary>().WithMany().HasForeignKey(row => row.Claim);
        });
        model.Entity<CreditRow>(table =>
        {
            table.ToTable("credits").HasKey(row => new { row.Block, row.LogIndex });
            table.HasIndex(row => new { row.Account, row.Block, row.LogIndex });
            table.HasIndex(row => row.Project);
            table.Property(row => row.Earned).HasDefaultValue(BigInteger.Zero);
            table.HasOne<ProjectSummary>().WithMany().HasForeignKey(row => row.Project);
        });
        model.Entity<WithdrawalRow>(table =>
        {
            table.ToTable("withdrawals").HasKey(row => new { row.Block, row.LogIndex });
            table.HasIndex(row => new { row.Account, row.Block, row.LogIndex });
        });
        model.Entity<AccountEventRow>(table =>
        {
            table.ToTable("account_events").HasKey(row => new { row.Account, row.Block, row.LogIndex, row.Kind });
            table.HasIndex(row => row.Block);
            table.HasIndex(row => row.Project);
            table.HasOne<ProjectSummary>().WithMany().HasForeignKey(row => row.Project).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<ContentRow>(table =>
        {
            table.ToTable("contents").HasKey(row => new { row.Kind, row.Cid });
            table.Ignore(row => row.Metrics).Ignore(row => row.Tags);
            // As text, since a stranger's loss may be infinite or no number, which SQLite has no number for.
            table.Property(row => row.RootLoss).HasConversion<string>();
            table.Property(row => row.TestLoss).HasConversion<string>();
            table.Property(row => row.BeforeLoss).HasConversion<string>();
        });
        // EF takes some values within rows for tables until it is done.
        foreach (IMutableEntityType table in model.Model.GetEntityTypes().Where(type => type.FindPrimaryKey() is not null).ToList())
            Name(table);
    }

    private static void ConfigureProjects(EntityTypeBuilder<ProjectSummary> table)
    {
        table.ToTable("projects").HasKey(row => row.Id);
        table.Ignore(row => row.Title).Ignore(row => row.DocumentProblem).Ignore(row => row.Accuracy)
            .Ignore(row => row.Tags).Ignore(row => row.DataKind).Ignore(row => row.Due).Ignore(row => row.HasCourt)
            .Ignore(row => row.ModelRefusals).Ignore(row => row.IsModelRefused);
        table.Property(row => row.Id).ValueGeneratedNever();
        table.Property(row => row.ModelRefusedSeats).HasDefaultValue(0u);
        table.ComplexProperty(row => row.Created);
        table.ComplexProperty(row => row.Bonded);
        table.ComplexProperty(row => row.Started);
        table.ComplexProperty(row => row.Ended);
        table.HasIndex(row => row.Owner);
        table.HasIndex(row => row.Aggregator);
        table.HasIndex(row => row.Status);
    }

    private static void ConfigureRounds(EntityTypeBuilder<RoundSummary> table)
    {
        table.ToTable("rounds").HasKey(row => new { row.Project, row.Index });
        table.Ignore(row => row.Metrics).Ignore(row => row.Refusals).Ignore(row => row.IsEarned);
        table.ComplexProperty(row => row.Opened);
        table.ComplexProperty(row => row.Ended);
        table.HasIndex(row => row.Report);
        table.HasOne<ProjectSummary>().WithMany().HasForeignKey(row => row.Project);
    }

    private static void ConfigureClaims(EntityTypeBuilder<ClaimSummary> table)
    {
        table.ToTable("claims").HasKey(row => row.Id);
        table.Ignore(row => row.Title).Ignore(row => row.IsOpen);
        table.Property(row => row.Id).ValueGeneratedNever();
        table.ComplexProperty(row => row.Excluded);
        table.ComplexProperty(row => row.Claimed);
        table.ComplexProperty(row => row.Denied);
        table.ComplexProperty(row => row.Concluded);
        table.HasIndex(row => row.Project);
        table.HasIndex(row => row.Trainer);
        table.HasIndex(row => row.Defender);
        table.HasIndex(row => new { row.Court, row.Dispute });
        table.HasOne<ProjectSummary>().WithMany().HasForeignKey(row => row.Project);
    }

    /// <summary>Columns are called created_block or title_key. Those of bytes hold only their right number.</summary>
    private static void Name(IMutableEntityType table)
    {
        IEnumerable<IMutableProperty> moments = table.GetComplexProperties().SelectMany(moment => moment.ComplexType.GetProperties());
        foreach (IMutableProperty property in table.GetProperties().Concat(moments))
        {
            string prefix = property.DeclaringType is IMutableComplexType moment ? moment.ComplexProperty.Name : "";
            string column = Word().Replace(prefix + property.Name, "_$0").TrimStart('_').ToLowerInvariant();
            property.SetColumnName(column);
            Type type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            int? bytes = type == typeof(Address) ? Address.Size
                : type == typeof(Bytes32) ? Bytes32.Size
                : type == typeof(Cid) ? Cid.BinarySize
                : type == typeof(BigInteger) ? AmountConverter.Size : null;
            if (bytes is { } length)
                table.AddCheckConstraint($"ck_{table.GetTableName()}_{column}", $"length(\"{column}\") = {length}");
        }
        string name = table.GetTableName()!;
        table.FindPrimaryKey()!.SetName($"pk_{name}");
        foreach (IMutableForeignKey key in table.GetForeignKeys())
            key.SetConstraintName($"fk_{name}_{key.PrincipalEntityType.GetTableName()}");
        foreach (IMutableIndex index in table.GetIndexes())
            index.SetDatabaseName($"ix_{name}_{string.Join('_', index.Properties.Select(property => property.GetColumnName()))}");
    }

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Word();
}
