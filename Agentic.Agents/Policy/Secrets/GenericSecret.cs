namespace Agentic.Agents.Policy.Secrets;

/// <summary>Judges a value that only its name makes suspicious: random enough to be a secret, and not one of the many things that look random.</summary>
internal static class GenericSecret
{
    private static readonly string[] NotSecretStarts =
        ["$2a$", "$2b$", "$2y$", "$argon2", "$pbkdf2", "$6$", "$5$", "$1$", "sha1-", "sha256-", "sha384-", "sha512-", "sha256:", "sha512:", "sha1:", "md5:", "pk_live_", "pk_test_",
         "ssh-rsa", "ssh-ed25519", "ecdsa-", "arn:", "http://", "https://", "projects/", "kv/", "vault:", "ssm:", "secretsmanager:", "env:", "file:", "op://", "data:", "urn:",
         // Encrypted: Jasypt and SOPS, Sealed Secrets, AWS KMS, OpenSSL, Fernet, Rails and Travis.
         "ENC[", "ENC(", "enc:", "AgA", "AgB", "AQICAH", "AQECAH", "U2FsdGVkX1", "gAAAAA", "secure:", "kms:", "crypt:", "SCRAM-", "pbkdf2", "scrypt", "bcrypt", "$scrypt$", "$7$", "$y$", "$apr1$"];

    /// <summary>The mark of a password hash, also behind the name of its user.</summary>
    private static readonly string[] HashMarks = ["$2a$", "$2b$", "$2y$", "$apr1$", "$argon2", "$pbkdf2", "$5$", "$6$"];

    /// <summary>Where a bare word is an expression and only a quoted one is a literal.</summary>
    private static readonly HashSet<string> CodeEndings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".cs", ".java", ".js", ".jsx", ".ts", ".tsx", ".mjs", ".py", ".go", ".rb", ".php", ".c", ".h", ".cpp", ".hpp", ".rs", ".kt", ".kts", ".swift", ".scala", ".tf", ".hcl", ".groovy", ".gradle", ".lua", ".dart", ".vue", ".svelte", ".ps1", ".m",
        ".cc", ".cxx", ".hh", ".hxx", ".mm", ".pl", ".pm", ".ex", ".exs", ".erl", ".clj", ".jl", ".r", ".coffee", ".bzl", ".bicep", ".jsonnet", ".libsonnet", ".rego", ".cue", ".proto", ".zig", ".nim", ".elm", ".fs", ".vb",
    };

    private static readonly string[] CodeFiles = ["Jenkinsfile", "Vagrantfile", "Rakefile", "Gemfile", "Tiltfile", "BUILD", "WORKSPACE"];

    public static bool IsSecret(string value, char quote, NameStrength name, string? path)
    {
        if (quote == '\0' && (IsExpression(value) || IsCode(path)))
        {
            return false;
        }

        return value.Length is >= 8 and <= 200 && IsRandom(value, name) && !IsSomethingElse(value) && !IsKeyId(value, name)
            && !Wording.IsPlaceholder(value) && !Wording.SaysPlaceholderInSigns(value) && !IsEncodedWords(value) && !PublishedExamples.Contains(value) && !JsonWebToken.IsTextbook(value);
    }

    /// <summary>Letters, digits, signs and single spaces in a jumble, as the keys of a WordPress configuration are.</summary>
    public static bool IsJumble(string value)
    {
        var signs = value.Count(c => c is > ' ' and <= '~' && !char.IsAsciiLetterOrDigit(c));
        return value.Length is >= 40 and <= 160 && value.All(c => c is >= ' ' and <= '~') && signs * 6 >= value.Length && value.Count(c => c == ' ') * 12 <= value.Length
            && value.Count(char.IsAsciiDigit) >= 3 && value.Count(char.IsAsciiLetter) >= 10 && Wording.Entropy(value) >= 4.7 && !value.Contains("://", StringComparison.Ordinal) && !Wording.IsMostlyWords(value);
    }

    /// <summary>A UUID, also one that lost a group.</summary>
    public static bool IsUuid(string value)
    {
        if (value.Length is < 24 or > 36 || value.AsSpan().IndexOfAnyExcept("0123456789abcdefABCDEF-") >= 0)
        {
            return false;
        }

        var groups = value.Split('-');
        return groups.Length is 4 or 5 && groups[0].Length == 8 && groups.Skip(1).All(group => group.Length is 4 or 12);
    }

    /// <summary>The number of an OpenPGP key: all 40 digits of its print, or 16 of them where nothing else is promised.</summary>
    private static bool IsKeyId(string value, NameStrength name) =>
        (value.Length is 40 || (name == NameStrength.Weak && value.Length is 16 or 18)) && (value.StartsWith("0x", StringComparison.Ordinal) ? value.AsSpan(2) : value).IndexOfAnyExcept("0123456789ABCDEF") < 0;

    /// <summary>Base64 of something a person wrote: <c>username:password</c>, a sentence, the start of a JSON document.</summary>
    private static bool IsEncodedWords(string value)
    {
        var body = value.AsSpan().TrimEnd('=');

        if (body.Length < 8 || body.IndexOfAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") >= 0)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[200];
        var whole = body[..(body.Length / 4 * 4)];

        if (!Convert.TryFromBase64Chars(whole, bytes, out var written))
        {
            return false;
        }

        var decoded = bytes[..written].TrimEnd((byte)'\n');

        if (decoded.IsEmpty || decoded.IndexOfAnyExceptInRange((byte)' ', (byte)'~') >= 0)
        {
            return false;
        }

        var text = System.Text.Encoding.ASCII.GetString(decoded);
        return text[0] is '{' or '[' || Wording.IsPlaceholder(text) || Wording.IsMostlyWords(text);
    }

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
            return digits == 0 && value.Length >= shortest && Wording.Entropy(value) >= 3.3 && HasManyTurns([.. value.Where(char.IsAsciiLetter)]) && !Wording.IsMostlyWords(value);
        }

        var least = name == NameStrength.Weak ? 16 : 10;
        var entropy = Wording.Entropy(value);
        var needed = isHex ? 2.9 : value.Length >= 20 ? 3.3 : value.Length >= 16 ? 3.1 : value.Length >= 12 ? 3.0 : 2.9;
        return value.Length >= least && entropy >= needed && !Wording.IsMostlyWords(value) && (digits >= 2 || HasManyTurns(value));
    }

    /// <summary>Lower and upper case change as only a generator changes them.</summary>
    private static bool HasManyTurns(ReadOnlySpan<char> value)
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
        IsUuid(value) || NotSecretStarts.Any(start => value.StartsWith(start, StringComparison.Ordinal)) || HashMarks.Any(mark => value.Contains(mark, StringComparison.Ordinal)) || IsMarked(value) || IsPublic(value)
        || IsAddress(value) || IsMoment(value) || IsVersion(value) || IsPath(value) || IsPatternText(value) || IsEscapedText(value) || IsIdentifier(value);

    /// <summary>from_500_to_1500_px, branch2-ann-val2: words in lower case, numbers, and words counted by one.</summary>
    private static bool IsIdentifier(string value)
    {
        var pieces = value.Split('_', '-', '.');
        return pieces.Length >= 3 && pieces.All(piece => piece.Length <= 12 && IsWordOrNumber(piece));
    }

    private static bool IsWordOrNumber(string piece)
    {
        var letters = piece.AsSpan().IndexOfAnyExceptInRange('a', 'z');
        return letters < 0 || (piece.AsSpan(letters).IndexOfAnyExceptInRange('0', '9') < 0 && (letters == 0 || piece.Length - letters <= 2));
    }

    /// <summary><c>{cipher}…</c>, <c>{SSHA}…</c>: a word in braces says how it was encrypted or hashed.</summary>
    private static bool IsMarked(string value) =>
        value[0] == '{' && value.IndexOf('}') is > 2 and < 16 and var end && end < value.Length - 1 && value.AsSpan(1, end - 1).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") < 0;

    /// <summary>The half of a pair that is made to be shown: <c>pub</c> and hex digits.</summary>
    private static bool IsPublic(string value) => value.Length >= 35 && value.StartsWith("pub", StringComparison.Ordinal) && value.AsSpan(3).IndexOfAnyExcept("0123456789abcdef") < 0;

    /// <summary>Words of another alphabet, written as <c>\u5bc6\u7801</c>.</summary>
    private static bool IsEscapedText(string value) =>
        value.IndexOf("\\u", StringComparison.Ordinal) is >= 0 and var at && at + 6 <= value.Length && int.TryParse(value.AsSpan(at + 2, 4), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var letter) && letter > 0x7f;

    private static bool IsExpression(string value) =>
        value.AsSpan().IndexOfAny("()[]{}$") >= 0 || value.Contains("::", StringComparison.Ordinal) || value.Contains("->", StringComparison.Ordinal) || value.StartsWith("process.env", StringComparison.Ordinal) || value.StartsWith("os.", StringComparison.Ordinal)
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
        (value.Length < 24 && (char.IsAsciiDigit(value[0]) || value[0] is 'v' or '^' or '~') && value.Count(c => c == '.') >= 2) || IsPackage(value) || IsBuild(value);

    /// <summary>A build number and what it was built from: 1415.v831096eb_5534.</summary>
    private static bool IsBuild(string value) =>
        value.IndexOf(".v", StringComparison.Ordinal) is > 0 and var at && value.AsSpan(0, at).IndexOfAnyExcept("0123456789.") < 0 && value.AsSpan(at + 2).IndexOfAnyExcept("0123456789abcdef_") < 0;

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

    private static bool IsCode(string? path)
    {
        var dot = path?.LastIndexOf('.') ?? -1;
        return (dot >= 0 && CodeEndings.Contains(path![dot..])) || (path is not null && CodeFiles.Any(file => path.EndsWith(file, StringComparison.Ordinal)));
    }
}
