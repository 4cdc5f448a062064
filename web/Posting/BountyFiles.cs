using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Learning.Models;
using Marketplace.Protocol.Projects;

namespace Marketplace.Web.Posting;

/// <summary>The form as files: those that the command line reads, and one text for the browser to remember.</summary>
public static class BountyFiles
{
    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 32
    };

    /// <summary>Takes over a file: terms, a project document, a model, or the columns of a CSV. What it is shows by its members.</summary>
    /// <returns>What it was, for people.</returns>
    /// <exception cref="DocumentException">It is none of these, or malformed.</exception>
    public static string Import(BountyForm form, byte[] file)
    {
        string[] members = Members(file);
        if (members.Contains("aggregator"))
        {
            form.Take(TermsFile.Parse(file));
            return "the terms; add the project document they name, too";
        }
        if (members.Contains("title"))
        {
            form.Take(ProjectDocument.Draft.Parse(file, "the project document"));
            return "the project document";
        }
        string text = Encoding.UTF8.GetString(file);
        if (members.Contains("layers"))
        {
            form.Model = ParseModel(text);
            return "the model";
        }
        if (members.Contains("columns"))
        {
            (form.Schema, form.DataKind) = (ProjectDocument.ParseSchema(text), "csv");
            return "the columns";
        }
        throw new DocumentException(
            "the file is neither terms (with an aggregator), nor a project document (with a title), a model (with layers) or CSV columns");
    }

    /// <summary>Reads a model alone.</summary>
    /// <exception cref="DocumentException">It is no model.</exception>
    public static JsonNode ParseModel(string json)
    {
        try
        {
            ModelSpecification.Parse(json);
            return JsonNode.Parse(json)!;
        }
        catch (InvalidDataException e)
        {
            throw new DocumentException(e.Message, e);
        }
    }

    /// <summary>The form as one text.</summary>
    public static string Remember(TermsFile terms, ProjectDocument.Draft draft) => new JsonObject
    {
        ["terms"] = JsonNode.Parse(terms.ToBytes()),
        ["document"] = JsonNode.Parse(draft.ToBytes()),
    }.ToJsonString();

    /// <summary>Takes over what <see cref="Remember"/> made; anything else is left alone.</summary>
    /// <returns>Whether it was that.</returns>
    public static bool TryRecall(BountyForm form, string text)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text, Lenient);
            TermsFile terms = TermsFile.Parse(Bytes(json, "terms"));
            ProjectDocument.Draft draft = ProjectDocument.Draft.Parse(Bytes(json, "document"), "the draft");
            form.Take(terms);
            form.Take(draft);
            return true;
        }
        catch (Exception e) when (e is JsonException or DocumentException or InvalidOperationException or KeyNotFoundException)
        {
            return false;
        }
    }

    private static byte[] Bytes(JsonDocument json, string member) => JsonSerializer.SerializeToUtf8Bytes(json.RootElement.GetProperty(member));

    private static string[] Members(byte[] file)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(file, Lenient);
            return json.RootElement.ValueKind == JsonValueKind.Object ? [.. json.RootElement.EnumerateObject().Select(member => member.Name)] : [];
        }
        catch (JsonException e)
        {
            throw new DocumentException($"the file is not JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // The JSON library checks a text's encoding only when the text is asked for.
            throw new DocumentException("the file has a name that is not valid UTF-8", e);
        }
    }
}
