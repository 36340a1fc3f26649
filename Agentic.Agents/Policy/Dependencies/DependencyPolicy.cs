namespace Agentic.Agents.Policy.Dependencies;

/// <summary>What a project takes in from others: versions, sources, digests, licences. Known vulnerabilities need an advisory database, which is said each time.</summary>
internal static class DependencyPolicy
{
    private static readonly string[] Insecure = ["http://", "git+http://", "git://", "svn+http://", "hg+http://", "ftp://"];

    public static IReadOnlyList<BuiltInRule> Rules { get; } =
    [
        Rule("dep-unpinned", "LOW", "neither a manifest nor a lock file beside it names one version of a dependency", "Name one version, or commit the lock file that does."),
        Rule("dep-lock-missing", "MEDIUM", "a manifest has no lock file beside it", "Commit the lock file of the package manager and install from it."),
        Rule("dep-insecure-source", "HIGH", "a dependency or index is fetched without encryption or without checking the host", "Use https and remove trusted-host."),
        Rule("dep-extra-index", "MEDIUM", "a second package index stands beside the first, so a public name can replace a private one", "Use one index that serves both, or pin the source of each package."),
        Rule("dep-missing-digest", "MEDIUM", "a locked dependency has no digest while others have one", "Write the lock file again with digests for every package."),
        Rule("dep-install-script", "LOW", "a locked npm package runs a script when it is installed", "Set ignore-scripts=true in .npmrc and run the scripts of the packages that need theirs."),
        Rule("dep-replaced", "LOW", "go.mod replaces a module by another source", "Remove the replace directive before the module is released."),
        Rule("dep-licence-denied", "HIGH", "a dependency is under a licence the organisation does not accept", "Replace the dependency or have an exception approved."),
        Rule("dep-licence-unknown", "LOW", "the lock file states licences, but none for this dependency", "Look the licence up and record it."),
    ];

    public static Checked Check(string text, string path) => Check(new Dictionary<string, string> { [path] = text }, new DependencyOptions());

    /// <param name="files">Everything sent together: a manifest and its lock file belong together.</param>
    public static Checked Check(IReadOnlyDictionary<string, string> files, DependencyOptions options)
    {
        var findings = new List<Finding>();
        var notChecked = new List<NotChecked>();
        var read = new List<(string Path, DependencyFile File)>();

        foreach (var (path, text) in files)
        {
            try
            {
                if (DependencyReader.Read(path, text) is { } file)
                {
                    read.Add((path, file));
                }
            }
            catch (FormatException broken)
            {
                notChecked.Add(new NotChecked(path, $"It could not be read: {broken.Message}"));
            }
        }

        foreach (var (path, file) in read)
        {
            var pins = PinnedNames.Of(path, file, read);
            var runsScripts = !IgnoresScripts(path, files);
            findings.AddRange(file.Dependencies.SelectMany(dependency => OfDependency(dependency, pins, runsScripts)));
            findings.AddRange(file.Sources.SelectMany(OfSource));
            findings.AddRange(OfFile(path, file, files, pins));
            findings.AddRange(OfLicences(file, options));
        }

        if (read.Count > 0)
        {
            notChecked.Add(new NotChecked("vulnerabilities", "No advisory database is built in; use a scanner such as Trivy beside this to find known vulnerabilities.") { IsLimit = true });

            foreach (var ecosystem in read.Where(each => each.File.Ecosystem != "npm" || !each.File.Dependencies.Any(dependency => dependency.Licence is not null)).Select(each => each.File.Ecosystem).Distinct()
                .Except(read.Where(each => each.File.Dependencies.Any(dependency => dependency.Licence is not null)).Select(each => each.File.Ecosystem)))
            {
                notChecked.Add(new NotChecked("licences", $"The {ecosystem} files do not state the licences of their packages.") { IsLimit = true });
            }
        }

        return new Checked(findings, notChecked);
    }

    private static IEnumerable<Finding> OfDependency(Dependency dependency, PinnedNames pins, bool runsScripts)
    {
        if (dependency is { IsExact: false, IsLocked: false, IsConstraint: false } && !pins.Have(dependency))
        {
            yield return Found("dep-unpinned", dependency, dependency.Version is { Length: > 0 } version ? $"is required as '{version}', which is more than one version" : "is required without a version");
        }

        if (dependency.Source is { } source && Insecure.Any(prefix => source.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            yield return Found("dep-insecure-source", dependency, $"is fetched without encryption from {Host(source)}");
        }

        if (runsScripts && dependency is { IsLocked: true, RunsInstallScript: true })
        {
            yield return Found("dep-install-script", dependency, "runs a script when it is installed");
        }
    }

    private static IEnumerable<Finding> OfSource(SourceStatement source)
    {
        var isPlain = Insecure.Any(prefix => source.Text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
        var (rule, fact) = source.Kind switch
        {
            "trusted-host" => ("dep-insecure-source", $"The certificate of {source.Text} is not checked."),
            "index" or "extra-index" when isPlain => ("dep-insecure-source", $"Packages are fetched without encryption from {Host(source.Text)}."),
            "replace" or "replace-local" => ("dep-replaced", $"The module {source.Text} is replaced."),
            _ => ("", ""),
        };

        if (rule.Length > 0)
        {
            yield return new Finding(rule, null, source.File, source.Line, fact) { Fingerprint = string.Join('|', rule, source.File, source.Text) };
        }

        if (source.Kind == "extra-index")
        {
            yield return new Finding("dep-extra-index", null, source.File, source.Line, $"A second index, {Host(source.Text)}, may answer for the names of the first.") { Fingerprint = string.Join('|', "dep-extra-index", source.File, source.Text) };
        }
    }

    private static IEnumerable<Finding> OfFile(string path, DependencyFile file, IReadOnlyDictionary<string, string> files, PinnedNames pins)
    {
        var folder = path[..(path.LastIndexOf('/') + 1)];

        if (file.Locks.Count > 0 && !HasLock(folder, file.Locks, files) && !file.Dependencies.All(pins.Have))
        {
            yield return new Finding("dep-lock-missing", path, path, 1, $"{path} has no lock file beside it ({string.Join(" or ", file.Locks.Take(2))}).");
        }

        // Where some are pinned by digest, one without is the way in; where none are, the format was not asked for it.
        if (file.Dependencies.Any(dependency => dependency.HasDigest == true))
        {
            foreach (var dependency in file.Dependencies.Where(dependency => dependency.HasDigest == false))
            {
                yield return Found("dep-missing-digest", dependency, "has no digest, while others in the file have one");
            }
        }
    }

    /// <summary>npm reads the settings file beside the lock file; where it says so, no package runs a script.</summary>
    private static bool IgnoresScripts(string path, IReadOnlyDictionary<string, string> files) =>
        files.TryGetValue(path[..(path.LastIndexOf('/') + 1)] + ".npmrc", out var settings)
        && settings.Split('\n').Any(line => line.Replace(" ", "", StringComparison.Ordinal).Trim() is "ignore-scripts=true" or "ignore-scripts");

    /// <summary>A workspace keeps one lock file at its top.</summary>
    private static bool HasLock(string folder, IReadOnlyList<string> locks, IReadOnlyDictionary<string, string> files)
    {
        for (var at = folder; ;)
        {
            if (locks.Any(name => files.ContainsKey(at + name)))
            {
                return true;
            }

            if (at.Length == 0)
            {
                return false;
            }

            at = at[..(at.TrimEnd('/').LastIndexOf('/') + 1)];
        }
    }

    private static IEnumerable<Finding> OfLicences(DependencyFile file, DependencyOptions options)
    {
        if (!file.Dependencies.Any(dependency => dependency.Licence is not null))
        {
            yield break;
        }

        foreach (var dependency in file.Dependencies)
        {
            if (Licence.IsUnknown(dependency.Licence))
            {
                yield return Found("dep-licence-unknown", dependency, "states no licence");
            }
            else if (Licence.IsDenied(dependency.Licence!, options.DeniedLicences))
            {
                yield return Found("dep-licence-denied", dependency, $"is under {dependency.Licence}");
            }
        }
    }

    private static Finding Found(string rule, Dependency dependency, string fact) =>
        new(rule, $"{dependency.Ecosystem}/{dependency.Name}", dependency.File, dependency.Line, $"{dependency.Ecosystem} package {dependency.Name} {fact}.")
        {
            Fingerprint = string.Join('|', rule, dependency.File, dependency.Name, dependency.IsLocked ? dependency.Version : ""),
        };

    /// <summary>Addresses may carry credentials; only the host is shown.</summary>
    private static string Host(string source) => Uri.TryCreate(source.StartsWith("git+", StringComparison.Ordinal) ? source[4..] : source, UriKind.Absolute, out var address) ? address.Host : "its address";

    private static BuiltInRule Rule(string id, string severity, string failsWhen, string fix) => new(id, "dependencies", severity, "dependencies", failsWhen, fix);
}
