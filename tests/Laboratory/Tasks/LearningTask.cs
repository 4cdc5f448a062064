using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Training;

namespace Marketplace.Laboratory.Tasks;

/// <summary>What is to be learned, before anybody owns any of it.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Model">The model that all train.</param>
/// <param name="Training">How each trains in one round; the seed is set at each training.</param>
/// <param name="Pool">Samples that trainers and root set are dealt from.</param>
/// <param name="Held">Samples that nobody trains on.</param>
/// <param name="Owners">The pool's samples by who really has them, such as hospitals; null where nobody in particular does.</param>
public sealed record LearningTask(
    string Name, ModelSpecification Model, LocalTraining Training, Dataset Pool, Dataset Held, IReadOnlyList<int[]>? Owners = null)
{
    /// <summary>Whether samples are images, into which a trigger can be drawn.</summary>
    public bool IsOfImages => Pool.Shape.Count == 3;
}
