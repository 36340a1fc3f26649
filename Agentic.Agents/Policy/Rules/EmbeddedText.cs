namespace Agentic.Agents.Policy.Rules;

/// <summary>Reads the data files of the rules out of the assembly.</summary>
internal static class EmbeddedText
{
    public static string Read(string path)
    {
        using var stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(path)
            ?? throw new InvalidOperationException($"The build left out the data file {path}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
