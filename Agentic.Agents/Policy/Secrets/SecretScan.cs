using System.Buffers;

namespace Agentic.Agents.Policy.Secrets;

/// <summary>Finds the secrets of one text in one pass: a vectorised search for a few hundred keywords, then a close look only around what it finds.</summary>
internal sealed class SecretScan
{
    /// <summary>No file of people holds more; one made to hold more costs no more than this.</summary>
    public const int MostMatches = 2000;

    private static readonly string[] NameKeywords = ["key", "token", "secret", "passw", "pass", "pwd", "auth", "cred", "bearer"];

    private static readonly string[] Products = [.. NamedRules.All.SelectMany(rule => rule.Names)];

    private static readonly SearchValues<string> ProductNames = SearchValues.Create(Products, StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> Keywords = SearchValues.Create(
        [.. TokenRules.All.Select(rule => rule.Keyword.ToLowerInvariant()).Concat(NameKeywords).Concat(Products).Distinct()], StringComparison.OrdinalIgnoreCase);

    private static readonly TokenRule[][] TokensByFirst = ByFirstCharacter(TokenRules.All, rule => rule.Keyword);

    private static readonly string[][] NamesByFirst = ByFirstCharacter(NameKeywords.Concat(Products), name => name);

    private const int LongestUserInfo = 300;

    /// <summary>What is this long and made of words was written by a person; shorter, chance may have written it.</summary>
    private const int LongestName = 30;

    private static readonly SearchValues<char> AfterUserInfo = SearchValues.Create("@/\\?#\"'`<> \t\r\n,;)]}");

    private readonly string _text;
    private readonly string? _path;
    private readonly SecretPath _place;
    private readonly List<SecretMatch> _matches;
    /// <summary>Places a token rule has judged, also those it let go: a weaker rule does not judge them again.</summary>
    private readonly List<(int Start, int End)> _explained = [];
    private readonly bool _isSealed;
    private int _assignedUntil;

    /// <summary>Spares most files the look for products.</summary>
    private bool _namesProduct;

    private SecretScan(string text, string? path)
    {
        _text = text;
        _path = path;
        _place = SecretPath.Of(path);
        _namesProduct = path is not null && path.AsSpan().IndexOfAny(ProductNames) >= 0;
        _isSealed = text.Contains("SealedSecret", StringComparison.Ordinal) && text.Contains("encryptedData", StringComparison.Ordinal);
        _matches = [.. BlockSecrets.Find(text, _place).Take(MostMatches)];
    }

    public static IReadOnlyList<SecretMatch> Find(string text, string? path)
    {
        var scan = new SecretScan(text, path);
        scan.Run();
        scan._matches.Sort((one, other) => one.Start.CompareTo(other.Start));
        return scan._matches;
    }

    private void Run()
    {
        var position = 0;
        var deferred = new List<Assignment>();

        while (position < _text.Length && _matches.Count < MostMatches)
        {
            var found = _text.AsSpan(position).IndexOfAny(Keywords);

            if (found < 0)
            {
                break;
            }

            position += found;
            LookForTokens(position);

            if (!_place.IsLockFile && IsNameHit(position) && position >= _assignedUntil && AssignmentReader.At(_text, position) is { } assignment && assignment.NameEnd > position)
            {
                _assignedUntil = assignment.NameEnd;
                deferred.Add(assignment);
            }

            position++;
        }

        // Shapes first: what they explain needs no second report under a weaker name.
        foreach (var assignment in deferred)
        {
            if (_matches.Count >= MostMatches)
            {
                break;
            }

            LookAtAssignment(assignment);
        }

        if (!_place.IsTest && !_place.IsLockFile)
        {
            LookAtAddresses();
        }
    }

    /// <summary>The password in <c>scheme://user:password@host</c>, where it is random; nobody generates one for an example.</summary>
    private void LookAtAddresses()
    {
        for (var at = _text.IndexOf("://", StringComparison.Ordinal); at >= 0 && _matches.Count < MostMatches; at = _text.IndexOf("://", at, StringComparison.Ordinal))
        {
            at += 3;
            var rest = _text.AsSpan(at, Math.Min(LongestUserInfo, _text.Length - at));
            var end = rest.IndexOfAny(AfterUserInfo);

            if (end <= 0 || rest[end] != '@' || rest[..end].IndexOf(':') is var colon && colon < 0)
            {
                continue;
            }

            var start = at + colon + 1;
            var password = _text[start..(at + end)];

            if (!Overlaps(start, at + end) && GenericSecret.IsSecret(password, '"', NameStrength.Strong, _path) && !IsDisclaimed(start))
            {
                Report("generic-api-key", "Password in the address of a server", start, password);
            }
        }
    }

    private void LookForTokens(int position)
    {
        var first = char.ToLowerInvariant(_text[position]);

        if (first >= TokensByFirst.Length)
        {
            return;
        }

        foreach (var rule in TokensByFirst[first])
        {
            if (string.Compare(_text, position, rule.Keyword, 0, rule.Keyword.Length, rule.IsExactCase ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase) == 0 && IsWorthIt(rule, position))
            {
                LookFor(rule, position);
            }
        }
    }

    /// <summary>The short keywords stand everywhere; one look at their neighbours spares the pattern.</summary>
    private bool IsWorthIt(TokenRule rule, int position)
    {
        var before = position > 0 ? _text[position - 1] : ' ';
        var after = position + rule.Keyword.Length < _text.Length ? _text[position + rule.Keyword.Length] : ' ';

        return rule.Keyword switch
        {
            "SK" => char.IsAsciiHexDigit(after) && !char.IsAsciiLetterOrDigit(before),
            "s." => !char.IsAsciiLetterOrDigit(before) && before is not ('_' or '.') && char.IsAsciiLetterOrDigit(after),
            ":A" => char.IsAsciiDigit(before) && (char.IsAsciiLetterOrDigit(after) || after is '_' or '-'),
            "-us" => char.IsAsciiHexDigit(before) && char.IsAsciiDigit(after),
            "Q~" => char.IsAsciiDigit(before),
            _ => rule.Lead > 0 || !char.IsAsciiLetterOrDigit(before) || IsEscape(position),
        };
    }

    /// <summary>In "\nAKIA..." the letter before the token belongs to an escape.</summary>
    private bool IsEscape(int start) => start > 1 && _text[start - 2] == '\\' && _text[start - 1] is 'n' or 't' or 'r';

    private void LookFor(TokenRule rule, int position)
    {
        var from = Math.Max(0, position - rule.Lead);
        var to = Math.Min(_text.Length, position + rule.Reach);

        foreach (var match in rule.Regex.EnumerateMatches(_text.AsSpan(from, to - from)))
        {
            var start = from + match.Index;
            var end = start + match.Length;

            if (start > position || end <= position || !StandsAlone(rule, start, end))
            {
                continue;
            }

            var value = _text[start..end];

            _explained.Add((start, end));

            if (Overlaps(start, end, exceptBlocks: rule.Id != "private-key") || !IsCredible(rule, value) || Disclaimer.StandsInComment(_text, start))
            {
                return;
            }

            _matches.Add(new SecretMatch(rule.Id, rule.Title, start, end - start, Shown(value, rule.Prefix), value));
            return;
        }
    }

    private bool StandsAlone(TokenRule rule, int start, int end)
    {
        var before = start > 0 ? _text[start - 1] : ' ';
        var after = end < _text.Length ? _text[end] : ' ';
        return (IsEscape(start) || !char.IsAsciiLetterOrDigit(before)) && !(rule.Continues.Contains(before) && before is not ('-' or '=' or '_')) && !char.IsAsciiLetterOrDigit(after) && !rule.Continues.Contains(after);
    }

    private static bool IsCredible(TokenRule rule, string value)
    {
        var body = value[rule.Prefix..];
        return Wording.Entropy(body) >= rule.MinEntropy && !Wording.IsPlaceholder(body) && !(body.Length >= LongestName && Wording.IsMostlyWords(body)) && (rule.Accepts is null || rule.Accepts(value)) && !PublishedExamples.Contains(value);
    }

    private void LookAtAssignment(Assignment assignment)
    {
        var name = _text[assignment.NameStart..assignment.NameEnd];
        var credential = name.EndsWith("authorization", StringComparison.OrdinalIgnoreCase) ? AuthorizationHeader.Credential(_text, assignment) : null;
        assignment = credential ?? assignment;
        var value = _text[assignment.ValueStart..assignment.ValueEnd].TrimEnd('\\');
        var end = assignment.ValueStart + value.Length;

        var isJumble = assignment.Quote != '\0' && value.Contains(' ') && GenericSecret.IsJumble(value);

        if (value.Length < 8 || (value.Contains(' ') && !isJumble) || Overlaps(assignment.ValueStart, end) || _explained.Exists(each => assignment.ValueStart < each.End && each.Start < end))
        {
            return;
        }

        if (_namesProduct && NamedRules.Match(name, _path ?? "", Above(assignment.NameStart), value) is { } rule && !(_place.IsTest && rule.AllowsUuid) && IsCredible(rule, value) && !IsDisclaimed(assignment.ValueStart))
        {
            Report(rule.Id, rule.Title, assignment.ValueStart, value);
            return;
        }

        var strength = credential is null ? SecretName.Judge(name) : NameStrength.Strong;

        if (strength == NameStrength.None || IsDisclaimed(assignment.ValueStart))
        {
            return;
        }

        if (_place.IsTerraform && IsTerraformPassword(name, value, assignment.Quote))
        {
            Report("hashicorp-tf-password", "Password literal in a Terraform file", assignment.ValueStart, value);
        }
        else if (!_place.IsTest && !_isSealed && (isJumble || GenericSecret.IsSecret(value, assignment.Quote, strength, _path)) && !(_place.IsYamlOrJson && Disclaimer.StandsAround(_text, assignment.NameStart)))
        {
            Report("generic-api-key", $"Random value assigned to '{name}'", assignment.ValueStart, value);
        }
    }

    /// <summary>Beside its product's name a value of exactly the right form counts even when it looks typed along the keyboard: dismissing one is cheaper than missing one.</summary>
    private static bool IsCredible(NamedRule rule, string value) =>
        (rule.AllowsUuid || !GenericSecret.IsUuid(value)) && Wording.Entropy(value) >= rule.MinEntropy && value.Any(char.IsAsciiDigit) && value.Any(char.IsAsciiLetter)
        && !Wording.SaysPlaceholder(value) && !Wording.IsRepeated(value) && !Wording.IsMostlyWords(value) && !PublishedExamples.Contains(value);

    private static bool IsTerraformPassword(string name, string value, char quote) =>
        quote == '"' && name.EndsWith("password", StringComparison.OrdinalIgnoreCase) && value.Length is >= 8 and <= 64 && Wording.Entropy(value) >= 2 && !Wording.IsTemplated(value)
        && !Wording.IsSequential(value) && !Wording.IsRepeated(value) && !value.StartsWith("var.", StringComparison.Ordinal) && !IsTerraformPlaceholder(value);

    private static bool IsTerraformPlaceholder(string value) =>
        value.Contains("change", StringComparison.OrdinalIgnoreCase) || value.Contains("example", StringComparison.OrdinalIgnoreCase) || value.Contains("placeholder", StringComparison.OrdinalIgnoreCase)
        || value.Contains("your", StringComparison.OrdinalIgnoreCase) || value.Contains("dummy", StringComparison.OrdinalIgnoreCase) || value.Equals("password", StringComparison.OrdinalIgnoreCase);

    private void Report(string rule, string title, int start, string value) =>
        _matches.Add(new SecretMatch(rule, title, start, value.Length, $"{value.Length} characters", value));

    private static string Shown(string value, int prefix) => $"{value[..prefix]}… ({value.Length} characters)";

    /// <summary>A token inside a manifest or a command is a fact of its own: whose it is says where to revoke it. A value known only by its name is the same fact again.</summary>
    private bool Overlaps(int start, int end, bool exceptBlocks = false)
    {
        foreach (var match in _matches)
        {
            if (start < match.Start + match.Length && match.Start < end && !(exceptBlocks && match.Rule is BlockSecrets.Manifest or CurlCommands.Header or CurlCommands.User))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the keyword here can be part of a name, not only the start of a token.</summary>
    private bool IsNameHit(int position)
    {
        var first = char.ToLowerInvariant(_text[position]);

        if (first >= NamesByFirst.Length)
        {
            return false;
        }

        foreach (var name in NamesByFirst[first])
        {
            if (_text.AsSpan(position).StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                _namesProduct |= Array.IndexOf(NameKeywords, name) < 0;
                return true;
            }
        }

        return false;
    }

    /// <summary>The text just above: where a nested setting names its product.</summary>
    private string Above(int position) => _text[Math.Max(0, position - 160)..position];

    /// <summary>The line, or a comment right above it, says that this is an example.</summary>
    private bool IsDisclaimed(int position) => Disclaimer.Stands(_text, position);

    private static T[][] ByFirstCharacter<T>(IEnumerable<T> all, Func<T, string> keyword)
    {
        var table = new List<T>[128];

        foreach (var each in all)
        {
            (table[char.ToLowerInvariant(keyword(each)[0])] ??= []).Add(each);
        }

        return [.. table.Select(found => found?.ToArray() ?? [])];
    }
}
