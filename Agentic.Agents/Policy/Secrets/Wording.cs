using System.Buffers;

namespace Agentic.Agents.Policy.Secrets;

/// <summary>Tells random text from text a person wrote: entropy, sequences, repetition, words.</summary>
internal static class Wording
{
    private static readonly string[] PlaceholderWords =
    [
        "example", "sample", "dummy", "placeholder", "changeme", "change_me", "change-me", "changeit", "your_", "your-", "yourapi", "yourtoken", "yoursecret",
        "yourpass", "yourkey", "insert", "replace", "redacted", "removed", "xxxx", "todo", "fixme", "notreal", "not-real", "not_real", "fake", "mock", "invalid",
        "foobar", "foo_bar", "lorem", "asdf", "qwerty", "secrethere", "tokenhere", "keyhere", "goeshere", "goes_here", "goes-here", "_here", "-here", "my-secret", "mysecret",
        "my_secret", "mytoken", "my-token", "my_token", "myapikey", "my-api-key", "my_api_key", "mypassword", "my-password", "my_password", "s3cr3t", "hunter2", "testtest",
        "test_key", "test-key", "testkey", "test_token", "test-token", "testtoken", "supersecret", "super-secret", "super_secret", "verysecret", "very-secret", "topsecret",
        "password", "passw0rd", "p@ssw0rd", "letmein", "default", "undefined", "deadbeef", "cafebabe", "notasecret", "not-a-secret", "not_a_secret",
    ];

    private static readonly string[] SignWords = ["password", "passwort", "secret", "changeme", "letmein", "topsecret"];

    private static readonly string[] TypedRows = ["abcdefg", "1234567", "0000000"];

    /// <summary>Shannon entropy in bits per character.</summary>
    public static double Entropy(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        Span<int> counts = stackalloc int[128];
        var total = 0;

        foreach (var c in text)
        {
            if (c < 128)
            {
                counts[c]++;
                total++;
            }
        }

        var entropy = 0.0;

        foreach (var count in counts)
        {
            if (count > 0)
            {
                var share = (double)count / total;
                entropy -= share * Math.Log2(share);
            }
        }

        return entropy;
    }

    /// <summary>Written to be replaced, or typed along the keyboard: nobody is let in with it.</summary>
    public static bool IsPlaceholder(string body)
    {
        foreach (var word in TypedRows)
        {
            if (body.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return SaysPlaceholder(body) || IsSequential(body) || IsRepeated(body) || HasMadeUpPart(body) || EndsAsTest(body);
    }

    private static readonly SearchValues<string> AnyPlaceholderWord = SearchValues.Create(PlaceholderWords, StringComparison.OrdinalIgnoreCase);

    /// <summary>Its words, or the form of an expression, say that it is to be replaced.</summary>
    public static bool SaysPlaceholder(string body)
    {
        if (body.AsSpan().IndexOfAny(AnyPlaceholderWord) < 0)
        {
            return IsTemplated(body);
        }

        foreach (var word in PlaceholderWords)
        {
            if (body.IndexOf(word, StringComparison.OrdinalIgnoreCase) is >= 0 and var at && (word.Length > 6 || IsOneCase(body.AsSpan(at, word.Length))))
            {
                return true;
            }
        }

        return IsTemplated(body);
    }

    /// <summary>As above, for values people make up: digits and signs in the place of letters hide no word from a reader.</summary>
    public static bool SaysPlaceholderInSigns(string body)
    {
        if (body.AsSpan().IndexOfAny("013457@$!") < 0)
        {
            return false;
        }

        var plain = string.Create(body.Length, body, (letters, from) =>
        {
            for (var i = 0; i < letters.Length; i++)
            {
                letters[i] = from[i] switch { '0' => 'o', '1' or '!' => 'i', '3' => 'e', '4' or '@' => 'a', '5' or '$' => 's', '7' => 't', var c => char.ToLowerInvariant(c) };
            }
        });
        return SignWords.Any(word => plain.Contains(word, StringComparison.Ordinal) && !body.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A key made for a test often says so at its end.</summary>
    private static bool EndsAsTest(string body) => body.Length >= 16 && (body.EndsWith("TEST", StringComparison.Ordinal) || body.EndsWith("_test", StringComparison.Ordinal) || body.EndsWith("-test", StringComparison.Ordinal));

    /// <summary>Random text spells short words too, but not in one case.</summary>
    private static bool IsOneCase(ReadOnlySpan<char> word) =>
        word[1..].IndexOfAnyInRange('a', 'z') < 0 || word[1..].IndexOfAnyInRange('A', 'Z') < 0;

    /// <summary>Of a value in parts, a long one gives it away.</summary>
    private static bool HasMadeUpPart(string body)
    {
        var parts = body.Split((char[])['/', '.', ':', '_', '-'], StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 1 && parts.Any(part => part.Length >= 16 && (IsSequential(part) || IsRepeated(part)));
    }

    /// <summary>Stands for a value that comes from elsewhere: <c>${X}</c>, <c>{{ x }}</c>, <c>&lt;x&gt;</c>, <c>%X%</c>, an ellipsis.</summary>
    public static bool IsTemplated(string value)
    {
        return value.Contains("${", StringComparison.Ordinal) || value.Contains("{{", StringComparison.Ordinal) || value.Contains("#{", StringComparison.Ordinal)
            || value.Contains("$(", StringComparison.Ordinal) || value.Contains("<%", StringComparison.Ordinal) || value.Contains("...", StringComparison.Ordinal)
            || value.Contains("***", StringComparison.Ordinal) || value.Contains("%(", StringComparison.Ordinal) || value.Contains('…')
            || (value.StartsWith('<') && value.EndsWith('>')) || (value.StartsWith('[') && value.EndsWith(']')) || (value.StartsWith('{') && value.EndsWith('}'))
            || (value.StartsWith('%') && value.EndsWith('%')) || (value.StartsWith("__", StringComparison.Ordinal) && value.EndsWith("__", StringComparison.Ordinal))
            || (value.StartsWith('@') && value.EndsWith('@')) || IsVariable(value);
    }

    /// <summary>Rows like abcd, 4321 or aaaa, also read at every second character, make up most of it.</summary>
    public static bool IsSequential(string body)
    {
        if (body.Length < 6)
        {
            return false;
        }

        return RunShare(body, 1) > 0.45 || (RunShare(body, 2) > 0.7);
    }

    /// <summary>One piece, at most half as long, over and over.</summary>
    public static bool IsRepeated(string body)
    {
        if (body.Length < 8)
        {
            return false;
        }

        for (var period = 1; period <= body.Length / 2 && period <= 40; period++)
        {
            var same = 0;

            for (var i = period; i < body.Length; i++)
            {
                same += body[i] == body[i - period] ? 1 : 0;
            }

            if (same >= (body.Length - period) * 0.9 && body.Length - period >= 4)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Half or more of its letters and digits are words, as in names, identifiers and sentences.</summary>
    public static bool IsMostlyWords(string value)
    {
        var wordy = 0;
        var size = 0;
        var start = 0;

        for (var i = 1; i <= value.Length; i++)
        {
            var isBoundary = i == value.Length || !char.IsAsciiLetter(value[i]) || !char.IsAsciiLetter(value[i - 1])
                || (char.IsAsciiLetterUpper(value[i]) && (char.IsAsciiLetterLower(value[i - 1]) || (i + 1 < value.Length && char.IsAsciiLetterLower(value[i + 1]))));

            if (!isBoundary)
            {
                continue;
            }

            var piece = value.AsSpan(start, i - start);
            size += char.IsAsciiLetterOrDigit(value[start]) ? piece.Length : 0;
            wordy += char.IsAsciiLetter(value[start]) && LetterPairs.IsWord(piece) ? piece.Length : 0;
            start = i;
        }

        return wordy > 0 && wordy * 2 >= size;
    }

    public static List<string> Words(string identifier)
    {
        var words = new List<string>();
        var start = 0;

        for (var i = 1; i <= identifier.Length; i++)
        {
            var isBoundary = i == identifier.Length || !char.IsAsciiLetterOrDigit(identifier[i]) || !char.IsAsciiLetterOrDigit(identifier[i - 1])
                || (char.IsAsciiLetterUpper(identifier[i]) && (char.IsAsciiLetterLower(identifier[i - 1])
                    || (i + 1 < identifier.Length && char.IsAsciiLetterLower(identifier[i + 1]) && char.IsAsciiLetterUpper(identifier[i - 1]))));

            if (!isBoundary)
            {
                continue;
            }

            if (char.IsAsciiLetterOrDigit(identifier[start]))
            {
                words.Add(identifier[start..i].ToLowerInvariant());
            }

            start = i;
        }

        return words;
    }

    private static bool IsVariable(string value)
    {
        if (value.Length < 2 || value[0] != '$')
        {
            return false;
        }

        return value.AsSpan(1).IndexOfAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:") < 0
            && (value.AsSpan(1).IndexOfAnyInRange('A', 'Z') < 0 || value.AsSpan(1).IndexOfAnyInRange('a', 'z') < 0);
    }

    private static double RunShare(string body, int step)
    {
        var covered = 0;

        for (var offset = 0; offset < step; offset++)
        {
            var i = offset;

            while (i < body.Length)
            {
                var length = Math.Max(RunAt(body, i, step, 0), Math.Max(RunAt(body, i, step, 1), RunAt(body, i, step, -1)));
                covered += length >= 4 ? length : 0;
                i += Math.Max(1, length >= 4 ? length : 1) * step;
            }
        }

        return (double)covered / body.Length;
    }

    private static int RunAt(string body, int start, int step, int delta)
    {
        var length = 1;

        for (var i = start + step; i < body.Length && char.ToLowerInvariant(body[i]) - char.ToLowerInvariant(body[i - step]) == delta; i += step)
        {
            length++;
        }

        return length;
    }
}
