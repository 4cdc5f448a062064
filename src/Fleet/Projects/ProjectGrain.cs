using Marketplace.Agents;
using Marketplace.Contracts;
using Marketplace.Fleet.Proving;
using Marketplace.Fleet.Silos;
using Marketplace.Hosting;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace Marketplace.Fleet.Projects;

/// <summary>
/// Serves one project from its bond to its end, as 'aggregator run' does, wherever it is activated. It keeps nothing: what is due is read
/// from the chain, and what must be decided once is in the stores. A reminder brings it back when its silo is gone.
/// </summary>
[GrainType("project"), ActivationCountBasedPlacement, KeepAlive]
internal sealed class ProjectGrain(ServedMarket market, Party party, FleetProvers provers, ILogger<ProjectGrain> log)
    : Grain, IProjectGrain, IRemindable
{
    private const string Reminder = "serve";

    /// <summary>As often as Orleans allows.</summary>
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    /// <summary>How long a project rests that has failed, before it is tried again, perhaps elsewhere.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    private const ConfigureAwaitOptions Quietly = ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    private readonly CancellationTokenSource _stop = new();
    private Task _serving = Task.CompletedTask;
    private ProjectKey _key;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = ProjectKey.Parse(this.GetPrimaryKeyString());
        await this.RegisterOrUpdateReminder(Reminder, ReminderPeriod, ReminderPeriod);
        _serving = ServeAsync();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _serving.WaitAsync(cancellationToken).ConfigureAwait(Quietly);
        _stop.Dispose();
    }

    public Task EnsureServedAsync() => Task.CompletedTask;

    public Task ReceiveReminder(string reminderName, TickStatus status) => EnsureServedAsync();

    private async Task ServeAsync()
    {
        try
        {
            // Training, proving and waiting go on outside of the grain's turns, which its callers need.
            await Task.Run(() => ServeToTheEndAsync(_stop.Token));
            if (await this.GetReminder(Reminder) is { } reminder)
                await this.UnregisterReminder(reminder);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            log.LogError("project {Project}: fails here, {Problem}; tried again in {Seconds} s", _key.Project, e.Message, Rest.TotalSeconds);
            await Task.Delay(Rest, _stop.Token).ConfigureAwait(Quietly);
        }
        DeactivateOnIdle();
    }

    private Task ServeToTheEndAsync(CancellationToken cancellationToken)
    {
        return AggregatorService.RunAsync(
            party, _key.Project, market.Srs, provers.Create(Say, Warn), OpenAsync, market.Poll, Say, cancellationToken);

        async Task<(ILocalTrainer Trainer, IModelEvaluator Evaluator)> OpenAsync(ProjectView project)
        {
            if (!market.Data.Has(_key.Project))
                throw new UsageException("there is nothing on this machine for it; every machine of a fleet needs the same projects' data");
            var opened = await market.Data.OpenAsync(project, party, Say, cancellationToken);
            ProjectState state = await party.Chain.Contract.StateAsync(_key.Project, cancellationToken: cancellationToken);
            Say($"{Beginning(state, project)}: {project.Document.Title}, {project.Document.Model.ParameterCount:N0} parameters");
            return opened;
        }
    }

    private static string Beginning(ProjectState state, ProjectView project) => state.GetStatus() switch
    {
        ProjectStatus.Running => $"taken over in round {state.Round + 1} of {project.Terms.Rounds}",
        ProjectStatus.Open when !state.Bonded => $"taken up, {project.Terms.Rounds} rounds",
        ProjectStatus.Open => $"taken over before round 1 of {project.Terms.Rounds}",
        _ => "taken over after its end",
    };

    private void Warn(string line) => log.LogWarning("project {Project}: {Line}", _key.Project, line);

    private void Say(string line) => log.LogInformation("project {Project}: {Line}", _key.Project, line);
}
