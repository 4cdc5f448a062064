using System.Numerics;
using Marketplace.Agents;
using Marketplace.Hosting;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Fleet.Projects;

/// <summary>What the operator has put on this machine for projects. A project is served only where there is something for it.</summary>
public interface IProjectData
{
    /// <summary>Whether there is something for the project now.</summary>
    bool Has(BigInteger project);

    /// <summary>Opens what trains and measures for a project.</summary>
    /// <param name="project">Which project.</param>
    /// <param name="party">Whose store and folder are used.</param>
    /// <param name="say">Told what happens.</param>
    /// <param name="cancellationToken">Stops reading data.</param>
    /// <exception cref="UsageException">What is there cannot be used.</exception>
    /// <exception cref="InvalidDataException">The data do not fit the project.</exception>
    Task<(ILocalTrainer Trainer, IModelEvaluator Evaluator)> OpenAsync(
        ProjectView project, Party party, Action<string> say, CancellationToken cancellationToken);
}
