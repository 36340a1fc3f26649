namespace Agentic.Agents.Policy.Secrets;

/// <summary>Judges a value that only its name makes suspicious: random enough to be a secret, and not one of the many things that look random.</summary>
internal static class GenericSecret
{
    private static readonly string[] NotSecretStarts =
        ["$2a$", "$2b$", "$2y$", "$argon2", "$pbkdf2", "$6$", "$5$", "$1$", "sha1-", "sha256-", "sha384-", "sha512-", "sha256:", "sha512:", "sha1:", "md5:", "pk_live_", "pk_test_",
         "ssh-rsa", "ssh-ed25519", "ecdsa-", "arn:", "http://", "https://", "projects/", "kv/", "vault:", "ssm:", "secretsmanager:", "env:", "file:", "op://", "ENC[", "data:", "urn:", "AgA", "AQICAH"];

    /// <summary>Where a bare word is an expression and only a quoted one is a literal.</summary>
    private static readonly HashSet<string> CodeEndings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".cs", ".java", ".js", ".jsx", ".ts", ".tsx", ".mjs", ".py", ".go", ".rb", ".php", ".c", ".h", ".cpp", ".hpp", ".rs", ".kt", ".kts", ".swift", ".scala", ".tf", ".hcl", ".groovy", ".gradle", ".lua", ".dart", ".vue", ".svelte", ".ps1", ".m",
    };

    public static bool IsSecret(string value, char quote, NameStrength name, string? path)
    {
        if (quote == '\0' && (IsExpression(value) || CodeEndings.Contains(Ending(path))))
        {
            return false;
        }

        return value.Length is >= 8 and <= 200 && IsRandom(value, name) && !IsSomethingElse(value) && !Wording.IsPlaceholder(value);
    }

    public static bool IsUuid(string value) => value.Length == 36 && Guid.TryParseExact(value, "D", out _);

    private static bool IsRandom(string value, NameStrength name)
    {
        var digits = 0;
        var letters = 0;
        var isHex = true;

        foreach (var c in value)
        {
            if (c is <= ' ' or > '~')
            {
                return false;
            }

            digits += char.IsAsciiDigit(c) ? 1 : 0;
            letters += char.IsAsciiLetter(c) ? 1 : 0;
            isHex &= char.IsAsciiHexDigit(c);
        }

        if (digits == 0 || letters == 0)
        {
            // Letters alone are a name or a sentence, unless they change case as only a generator does.
            var shortest = name == NameStrength.Strong ? 16 : 24;
            return digits == 0 && value.Length >= shortest && Wording.Entropy(value) >= 3.3 && HasManyTurns(value) && !Wording.IsMostlyWords(value);
        }

        var least = name == NameStrength.Weak ? 16 : 10;
        var entropy = Wording.Entropy(value);
        var needed = isHex ? 2.9 : value.Length >= 20 ? 3.3 : value.Length >= 16 ? 3.1 : value.Length >= 12 ? 3.0 : 2.9;
        return value.Length >= least && entropy >= needed && !Wording.IsMostlyWords(value) && (digits >= 2 || HasManyTurns(value));
    }

    /// <summary>Lower and upper case change as only a generator changes them.</summary>
    private static bool HasManyTurns(string value)
    {
        var turns = 0;

        for (var i = 1; i < value.Length; i++)
        {
            turns += Class(value[i]) != Class(value[i - 1]) ? 1 : 0;
        }

        return turns * 3 >= value.Length;
    }

    private static int Class(char c) => char.IsAsciiLetterLower(c) ? 0 : char.IsAsciiLetterUpper(c) ? 1 : char.IsAsciiDigit(c) ? 2 : 3;

    private static bool IsSomethingElse(string value) =>
        IsUuid(value) || NotSecretStarts.Any(start => value.StartsWith(start, StringComparison.Ordinal)) || IsAddress(value) || IsMoment(value) || IsVersion(value) || IsPath(value) || IsPatternText(value);

    private static bool IsExpression(string value) =>
        value.AsSpan().IndexOfAny("()[]{}$") >= 0 || value.StartsWith("process.env", StringComparison.Ordinal) || value.StartsWith("os.", StringComparison.Ordinal)
        || value.StartsWith("var.", StringComparison.Ordinal) || value.StartsWith("local.", StringComparison.Ordinal) || value.StartsWith("module.", StringComparison.Ordinal)
        || value.StartsWith("secrets.", StringComparison.Ordinal) || value.StartsWith("vars.", StringComparison.Ordinal) || value.StartsWith("self.", StringComparison.Ordinal) || value.StartsWith("this.", StringComparison.Ordinal)
        || value.StartsWith('!') || value.StartsWith('*');

    private static bool IsAddress(string value)
    {
        var at = value.IndexOf('@');
        return (at > 0 && value.IndexOf('.', at) > 0 && value.IndexOf('@', at + 1) < 0 && value.AsSpan(at + 1).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") < 0)
            || value.Contains("://", StringComparison.Ordinal) || System.Net.IPAddress.TryParse(value, out _);
    }

    private static bool IsMoment(string value) =>
        value.Length >= 8 && char.IsAsciiDigit(value[0]) && value.AsSpan().IndexOfAnyExcept("0123456789-:.TZ+/ ") < 0;

    private static bool IsVersion(string value) =>
        (value.Length < 24 && (char.IsAsciiDigit(value[0]) || value[0] is 'v' or '^' or '~') && value.Count(c => c == '.') >= 2) || IsPackage(value);

    /// <summary>A name in lower case and a version behind it: jjwt-jackson-0.11.2.</summary>
    private static bool IsPackage(string value)
    {
        var dash = value.LastIndexOf('-');
        return dash > 0 && value.AsSpan(0, dash).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz.:_-") < 0
            && value.AsSpan(dash + 1).IndexOfAnyExcept("0123456789.") < 0 && value.AsSpan(dash + 1).Contains('.');
    }

    private static bool IsPath(string value)
    {
        if (value.StartsWith('/') || value.StartsWith("./", StringComparison.Ordinal) || value.StartsWith("../", StringComparison.Ordinal) || value.StartsWith("~/", StringComparison.Ordinal))
        {
            return Wording.IsMostlyWords(value) || value.Count(c => c == '/') >= 3;
        }

        // host.name/then/a/path: a dot before the first of several slashes.
        if (value.Count(c => c == '/') >= 3 && value.IndexOf('.') is > 0 and var early && early < value.IndexOf('/'))
        {
            return true;
        }

        var dot = value.LastIndexOf('.');
        return dot > 0 && value.Length - dot is >= 3 and <= 5 && value.AsSpan(dot + 1).IndexOfAnyExceptInRange('a', 'z') < 0 && value.Count(char.IsAsciiDigit) < 6;
    }

    private static bool IsPatternText(string value) =>
        value.Contains("a-z", StringComparison.OrdinalIgnoreCase) || value.Contains("[0-9", StringComparison.Ordinal) || value.Contains("\\d", StringComparison.Ordinal) || value.Contains("\\w", StringComparison.Ordinal) || value.Contains("(?", StringComparison.Ordinal);

    private static string Ending(string? path)
    {
        var dot = path?.LastIndexOf('.') ?? -1;
        return dot < 0 ? "" : path![dot..];
    }
}
