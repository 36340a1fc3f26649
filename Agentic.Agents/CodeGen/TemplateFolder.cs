using System.Text;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>Reads an organisation's templates from a folder, without following links out of it.</summary>
internal static class TemplateFolder
{
    private const int MostFiles = 2_000;

    /// <summary>The library with the folder's templates, or a message with every error when one is broken; an empty name adds nothing.</summary>
    public static TemplateLibrary Extend(TemplateLibrary library, string folder)
    {
        if (folder.Length == 0)
            return library;
        var texts = Texts(folder);
        var extended = texts.IsRefused ? texts.Refusal : library.With(texts.Value, "folder");
        return extended.IsRefused
            ? throw new InvalidOperationException($"CodeGen:TemplateFolder '{folder}': {string.Join(' ', Sentences(extended.Refusal))}")
            : extended.Value;
    }

    private static Outcome<Dictionary<string, string>> Texts(string folder)
    {
        if (!Directory.Exists(folder))
            return Refusal.NotFound("There is no such folder; name an existing one, or leave the setting empty.");
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var errors = new List<MemberError>();
        var walk = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", walk))
        {
            var path = Path.GetRelativePath(folder, file.FullName).Replace('\\', '/');
            if (path.StartsWith(".git/", StringComparison.Ordinal))
                continue;
            if (texts.Count >= MostFiles)
                return Refusal.TooLarge($"It has more than {MostFiles} files.");
            if (file.Length > LiquidText.LongestSource)
                errors.Add(new MemberError(path, $"{path} has {file.Length} bytes; a template has at most {LiquidText.LongestSource}."));
            else if (Read(file.FullName) is { } text)
                texts[path] = text;
            else
                errors.Add(new MemberError(path, $"{path} is not UTF-8 text."));
        }

        return errors.Count == 0 ? texts : Refusal.Unprocessable($"{errors.Count} file(s) cannot be read.", errors);
    }

    private static string? Read(string path)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Sentences(Refusal refusal) =>
        refusal.Errors.Count == 0 ? [refusal.Reason] : refusal.Errors.Select(error => error.Message);
}
