using System.Text.Json;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using Marketplace.Testing.Files;
using Marketplace.Testing.Programs;

namespace Marketplace.Commands.Tests;

/// <summary>The chart for Kubernetes, as Helm makes manifests of it: a cluster would take them, and their machines have what they need.</summary>
public sealed partial class HelmChartTests
{
    private const string Fleet = "1-0x5FbDB2315678afecb367f032d93F642f64180aa3-0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    /// <summary>The image's own user.</summary>
    private const long User = 1654;

    /// <summary>How long a machine hands over before it gives up, in seconds.</summary>
    private const long HandOver = 8;

    private static readonly string Chart = Repository.Path("deploy", "helm", "marketplace-fleet");

    private static readonly string[] Full =
    [
        $"compute.replicas=2,compute.fleet={Fleet}", "spread=required,collector=http://otel:4317", "control.role=control,control.split=4",
        "image.pullSecrets[0]=registry,nodeSelector.disk=ssd,tolerations[0].key=fleet,control.state.storageClass=fast",
    ];

    [Fact]
    public async Task The_chart_passes_the_linter()
    {
        Assert.SkipWhen(Helm.WhyMissing is not null, Helm.WhyMissing ?? "");
        (await Helm.RunAsync("lint", "--strict", Chart)).Succeeded();
    }

    [Fact]
    public async Task Manifests_are_what_the_cluster_knows()
    {
        Assert.Equal(
            ["V1NetworkPolicy", "V1PodDisruptionBudget", "V1Service", "V1StatefulSet"],
            (await RenderAsync()).Select(made => made.GetType().Name).Order(StringComparer.Ordinal));
        object[] full = await RenderAsync(Full);
        Assert.Equal(
            ["V1Deployment", "V1NetworkPolicy", "V1PodDisruptionBudget", "V1PodDisruptionBudget", "V1Service", "V1StatefulSet"],
            full.Select(made => made.GetType().Name).Order(StringComparer.Ordinal));
        // What selects pods finds them.
        IDictionary<string, string>[] pods = [.. Pods(full).Select(pod => pod.Metadata.Labels)];
        IEnumerable<IDictionary<string, string>> selectors =
        [
            .. full.OfType<V1PodDisruptionBudget>().Select(budget => budget.Spec.Selector.MatchLabels),
            .. full.OfType<V1NetworkPolicy>().Select(policy => policy.Spec.PodSelector.MatchLabels),
            .. full.OfType<V1Service>().Select(service => service.Spec.Selector),
        ];
        Assert.All(selectors, selector => Assert.Contains(pods, labels => selector.All(labels.Contains)));
        Assert.Equal(full.OfType<V1Service>().Single().Metadata.Name, full.OfType<V1StatefulSet>().Single().Spec.ServiceName);
    }

    [Fact]
    public async Task Machines_start_a_command_that_takes_what_it_is_given_and_find_their_files()
    {
        string image = await File.ReadAllTextAsync(Repository.Path("deploy", "compose", "Dockerfile"), TestContext.Current.CancellationToken);
        string help = (await Programs.RunAsync(Programs.Aggregator, "serve --help")).Succeeded();
        foreach (V1PodSpec pod in Pods(await RenderAsync(Full)).Select(pod => pod.Spec))
        {
            V1Container silo = Assert.Single(pod.Containers);
            Assert.Equal(["/opt/marketplace/aggregator/Marketplace.Aggregator", "serve"], silo.Command.Take(2));
            Assert.Contains("/opt/marketplace/aggregator", image, StringComparison.Ordinal);
            V1EnvVar[] settings = [.. silo.Env.Where(variable => variable.Name.StartsWith("MARKETPLACE_", StringComparison.Ordinal))];
            IEnumerable<string> options = settings.Select(variable => variable.Name["MARKETPLACE_".Length..].ToLowerInvariant().Replace('_', '-'))
                .Concat(silo.Command.Where(word => word.StartsWith("--", StringComparison.Ordinal)).Select(word => word[2..]));
            Assert.All(options, option => Assert.Matches($@"(?m)^\s*--{option}\b", help));
            Assert.Equal(
                silo.VolumeMounts.Select(mount => mount.Name).Order(StringComparer.Ordinal),
                pod.Volumes.Select(volume => volume.Name).Concat(silo.VolumeMounts.Select(mount => mount.Name).Where(name => name == "state"))
                    .Order(StringComparer.Ordinal));
            Assert.All(
                settings.Select(variable => variable.Value).Where(value => value?.StartsWith('/') == true),
                path => Assert.Contains(
                    silo.VolumeMounts, mount => path == mount.MountPath || path.StartsWith($"{mount.MountPath}/", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Machines_may_do_nothing_but_their_work()
    {
        foreach (V1PodSpec pod in Pods(await RenderAsync(Full)).Select(pod => pod.Spec))
        {
            Assert.False(pod.AutomountServiceAccountToken);
            Assert.False(pod.EnableServiceLinks);
            Assert.True(pod.TerminationGracePeriodSeconds > HandOver, $"{pod.TerminationGracePeriodSeconds} s");
            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.Equal(User, pod.SecurityContext.RunAsUser);
            V1SecurityContext own = pod.Containers[0].SecurityContext;
            Assert.True(own.ReadOnlyRootFilesystem);
            Assert.False(own.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], own.Capabilities.Drop);
        }
    }

    [Fact]
    public async Task Secrets_are_those_that_are_there_and_a_machine_that_proves_has_no_account()
    {
        object[] made = await RenderAsync(Full);
        Assert.Empty(made.OfType<V1Secret>());
        Assert.Equal(
            ["marketplace-account", "marketplace-certificates", "marketplace-database", "marketplace-node"],
            SecretsOf(made.OfType<V1StatefulSet>().Single().Spec.Template.Spec));
        Assert.Equal(
            ["marketplace-certificates", "marketplace-database"], SecretsOf(made.OfType<V1Deployment>().Single().Spec.Template.Spec));
    }

    [Fact]
    public async Task Only_machines_of_the_fleet_reach_each_other()
    {
        object[] made = await RenderAsync(["port=12000"]);
        V1NetworkPolicySpec policy = made.OfType<V1NetworkPolicy>().Single().Spec;
        Assert.Equal(["Ingress"], policy.PolicyTypes);
        V1NetworkPolicyIngressRule rule = Assert.Single(policy.Ingress);
        Assert.Equal("12000", Assert.Single(rule.Ports).Port.Value);
        Assert.Equal(policy.PodSelector.MatchLabels, Assert.Single(rule.FromProperty).PodSelector.MatchLabels);
        V1Container silo = Pods(made).Single().Spec.Containers[0];
        Assert.Equal(12000, Assert.Single(silo.Ports).ContainerPort);
        Assert.Equal("12000", silo.Env.Single(variable => variable.Name == "MARKETPLACE_PORT").Value);
    }

    [Theory]
    [InlineData("control.replicas=0", "control.replicas")]
    [InlineData("control.split=33", "control.split")]
    [InlineData("control.role=compute", "control.role")]
    [InlineData("compute.replicas=1", "compute")]
    [InlineData("compute.replicas=1,compute.fleet=mine", "compute.fleet")]
    [InlineData("gracePeriod=8", "gracePeriod")]
    [InlineData("port=80", "port")]
    [InlineData("market.store=ftp://content", "market.store")]
    [InlineData("collector=http://user:secret@otel:4317", "collector")]
    [InlineData("referenceString=../market.srs", "referenceString")]
    [InlineData("secrets.account=Not_A_Name", "secrets.account")]
    [InlineData("control.resources.limits.memory=much", "control.resources.limits.memory")]
    [InlineData("compute.replica=1", "compute")]
    public async Task Values_that_cannot_be_are_refused(string values, string blamed)
    {
        Assert.SkipWhen(Helm.WhyMissing is not null, Helm.WhyMissing ?? "");
        ProgramRun run = await Helm.RunAsync("template", "silo", Chart, "--set", values);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"- {blamed}: ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schema_lets_as_many_machines_share_a_proof_as_the_program()
    {
        string help = (await Programs.RunAsync(Programs.Aggregator, "serve --help")).Succeeded();
        await using FileStream file = File.OpenRead(Path.Combine(Chart, "values.schema.json"));
        using JsonDocument schema = await JsonDocument.ParseAsync(file, default, TestContext.Current.CancellationToken);
        JsonElement split = schema.RootElement.GetProperty("properties").GetProperty("control").GetProperty("properties").GetProperty("split");
        Assert.Equal(MostShares().Match(help).Groups[1].Value, $"{split.GetProperty("maximum")}");
    }

    private static async Task<object[]> RenderAsync(params string[] values)
    {
        Assert.SkipWhen(Helm.WhyMissing is not null, Helm.WhyMissing ?? "");
        string[] set = [.. values.SelectMany(value => new[] { "--set", value })];
        string manifests = (await Helm.RunAsync(["template", "silo", Chart, .. set])).Succeeded();
        // Strict: a field that a kind does not have is an error.
        return [.. KubernetesYaml.LoadAllFromString(manifests, strict: true)];
    }

    private static IEnumerable<V1PodTemplateSpec> Pods(object[] made) =>
        made.OfType<V1StatefulSet>().Select(set => set.Spec.Template).Concat(made.OfType<V1Deployment>().Select(set => set.Spec.Template));

    private static IEnumerable<string> SecretsOf(V1PodSpec pod) =>
    [
        .. pod.Volumes.Select(volume => volume.Secret?.SecretName)
            .Concat(pod.Containers[0].Env.Select(variable => variable.ValueFrom?.SecretKeyRef?.Name)).OfType<string>()
            .Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex(@"How many compute machines share one proof, 1 to (\d+)")]
    private static partial Regex MostShares();
}
