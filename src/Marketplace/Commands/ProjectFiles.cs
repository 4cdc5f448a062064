using Marketplace.Protocol.Projects;

namespace Marketplace.Commands;

/// <summary>A project as its owner has it on disk: terms, and beside them the document that they name.</summary>
/// <param name="Terms">The terms.</param>
/// <param name="Draft">The document.</param>
/// <param name="Folder">To which the document's own paths are relative: the document's.</param>
internal sealed record ProjectFiles(TermsFile Terms, ProjectDocument.Draft Draft, string Folder)
{
    /// <summary>The names that a folder's files have.</summary>
    public const string TermsName = "terms.json", DocumentName = "project.json";

    /// <summary>Reads both.</summary>
    /// <exception cref="Hosting.UsageException">A file is missing or too long.</exception>
    /// <exception cref="DocumentException">A file is malformed.</exception>
    public static async Task<ProjectFiles> ReadAsync(FileInfo terms, CancellationToken cancellationToken)
    {
        TermsFile file = TermsFile.Parse(await InputFile.ReadAsync(terms, TermsFile.MaxBytes, cancellationToken));
        var draftFile = new FileInfo(Path.Combine(terms.DirectoryName!, file.Document));
        var draft = ProjectDocument.Draft.Parse(
            await InputFile.ReadAsync(draftFile, ProjectDocument.MaxBytes, cancellationToken), $"the project document '{file.Document}'");
        return new ProjectFiles(file, draft, draftFile.DirectoryName!);
    }
}
