using System.CommandLine;
using Bunit;
using Marketplace.Content;
using Marketplace.Hosting;
using Marketplace.LocalMarket;
using Marketplace.Testing.Files;
using Marketplace.Web.Market;
using Marketplace.Web.Shared;
using Marketplace.Web.Transactions;
using Marketplace.Web.Wallets;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Radzen;

namespace Marketplace.Web.Logic.Tests.Support;

/// <summary>Renders one component without a browser, over a market that a test makes up.</summary>
public abstract class ComponentTest : BunitContext, IClassFixture<SyntheticEnd>
{
    private readonly TemporaryFolder _folder = new();

    protected ComponentTest(SyntheticEnd end, IReadOnlyList<NamedParty>? parties = null)
    {
        Services.AddRadzenComponents();
        // What scripts of the component library do is no part of these tests.
        JSInterop.Mode = JSRuntimeMode.Loose;
        var session = MarketSession.Of(end.Chain, ContentStore.Open(_folder.Path));
        Market = new ActiveMarket(session, Model, Feed, new PartyNames(parties ?? []));
    }

    private protected MadeUpModel Model { get; } = new();

    private protected MadeUpFeed Feed { get; } = new();

    private protected ActiveMarket Market { get; }

    /// <summary>What components that send transactions ask for. No wallet is connected.</summary>
    private protected TransactionTracker AddTransactions()
    {
        Services.AddSingleton(new SettingsReader(new RootCommand().Parse([])));
        Services.AddScoped<BrowserStorage>();
        Services.AddScoped<WalletSession>();
        Services.AddScoped<TransactionTracker>();
        return Services.GetRequiredService<TransactionTracker>();
    }

    /// <summary>Renders a component as pages show it: with the market around it.</summary>
    protected IRenderedComponent<TComponent> Show<TComponent>(Action<ComponentParameterCollectionBuilder<TComponent>>? parameters = null)
        where TComponent : IComponent => Render<TComponent>(builder =>
        {
            builder.AddCascadingValue(Market);
            parameters?.Invoke(builder);
        });

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _folder.Dispose();
    }
}
