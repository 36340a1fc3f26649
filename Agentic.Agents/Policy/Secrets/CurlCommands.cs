namespace Agentic.Agents.Policy.Secrets;

/// <summary>Credentials written into a curl command: a header that authenticates, or user and password.</summary>
internal static class CurlCommands
{
    public const string Header = "curl-auth-header";
    public const string User = "curl-auth-user";

    private const int MaxCommand = 2000;

    public static IEnumerable<SecretMatch> Find(string text)
    {
        var at = 0;

        while ((at = text.IndexOf("curl", at, StringComparison.Ordinal)) >= 0)
        {
            var start = at;
            at += 4;

            if ((start > 0 && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] is '_' or '-')) || at >= text.Length || !char.IsWhiteSpace(text[at]))
            {
                continue;
            }

            var end = EndOfCommand(text, at);

            foreach (var match in InCommand(text, at, end))
            {
                yield return match;
            }

            at = end;
        }
    }

    /// <summary>The end of the line, or of the last line joined to it with a backslash.</summary>
    private static int EndOfCommand(string text, int at)
    {
        var limit = Math.Min(text.Length, at + MaxCommand);

        while (at < limit)
        {
            var newline = text.IndexOf('\n', at, limit - at);

            if (newline < 0)
            {
                return limit;
            }

            var last = newline - 1;

            while (last > at && text[last] is '\r' or ' ')
            {
                last--;
            }

            if (text[last] is not ('\\' or '^' or '`') && !ContinuesWithOption(text, newline + 1))
            {
                return newline;
            }

            at = newline + 1;
        }

        return limit;
    }

    /// <summary>In prose people leave the backslash out: an indented line that begins with a header or user option still belongs to the command.</summary>
    private static bool ContinuesWithOption(string text, int at)
    {
        var start = at;

        while (at < text.Length && text[at] is ' ' or '\t')
        {
            at++;
        }

        return at > start && at + 2 < text.Length && text[at] == '-' && (text[at + 1] is 'H' or 'u' or 'X' or 'd' || string.CompareOrdinal(text, at, "--header", 0, 8) == 0 || string.CompareOrdinal(text, at, "--user", 0, 6) == 0);
    }

    private static IEnumerable<SecretMatch> InCommand(string text, int start, int end)
    {
        var words = Words(text, start, end);

        for (var i = 0; i < words.Count; i++)
        {
            var (word, at) = words[i];
            var (flag, value, place) = word switch
            {
                "-H" or "--header" or "-u" or "--user" when i + 1 < words.Count => (word, words[i + 1].Word, words[i + 1].At),
                _ when word.StartsWith("--header=", StringComparison.Ordinal) => ("-H", word[9..], at + 9),
                _ when word.StartsWith("--user=", StringComparison.Ordinal) => ("-u", word[7..], at + 7),
                _ when word.StartsWith("-H", StringComparison.Ordinal) && word.Length > 2 => ("-H", word[2..], at + 2),
                _ when word.StartsWith("-u", StringComparison.Ordinal) && word.Length > 2 => ("-u", word[2..], at + 2),
                _ => ("", "", 0),
            };

            if (flag is "-H" or "--header" && Credential(value) is { } secret)
            {
                yield return Made(Header, "Credentials in a header of a curl command", text, place, secret);
            }
            else if (flag is "-u" or "--user" && IsUserAndPassword(value))
            {
                yield return Made(User, "User and password in a curl command", text, place, value);
            }
        }
    }

    private static SecretMatch Made(string rule, string title, string text, int near, string value)
    {
        var start = text.IndexOf(value, near, Math.Min(text.Length - near, MaxCommand), StringComparison.Ordinal);
        return new SecretMatch(rule, title, start < 0 ? near : start, Math.Min(value.Length, text.Length - Math.Max(start, near)), $"{value.Length} characters", value);
    }

    /// <summary>The secret part of a header that authenticates; null where the header is another, or its value comes from elsewhere.</summary>
    private static string? Credential(string header)
    {
        var colon = header.IndexOf(':');

        if (colon <= 0)
        {
            return null;
        }

        var name = header[..colon].Trim().ToLowerInvariant();
        var value = header[(colon + 1)..].Trim();
        var isAuthorization = name is "authorization" or "proxy-authorization";

        if (!isAuthorization && (SecretName.Judge(name) == NameStrength.None || !(name.EndsWith("key", StringComparison.Ordinal) || name.EndsWith("token", StringComparison.Ordinal) || name.EndsWith("secret", StringComparison.Ordinal))))
        {
            return null;
        }

        var space = value.IndexOf(' ');
        var secret = isAuthorization && space > 0 ? value[(space + 1)..].Trim() : value;
        secret = secret.StartsWith("token=", StringComparison.OrdinalIgnoreCase) ? secret[6..].Trim('"') : secret;
        return secret.Length >= 8 && IsLiteral(secret) && Wording.Entropy(secret) >= 2.75 && !Wording.IsPlaceholder(secret) && !IsAllWords(secret) && !AuthorizationHeader.IsEncodedPlaceholder(secret) ? secret : null;
    }

    private static bool IsAllWords(string secret) => !secret.Any(char.IsAsciiDigit) && Wording.IsMostlyWords(secret);

    private static bool IsUserAndPassword(string value)
    {
        var colon = value.IndexOf(':');

        if (colon < 0 || value.Contains("://", StringComparison.Ordinal) || (value.StartsWith('<') && value.EndsWith('>')))
        {
            return false;
        }

        var user = Bare(value[..colon]);
        var password = Bare(value[(colon + 1)..]);

        if (password.Length == 0)
        {
            // "key:" is how an API key is sent as the user.
            return user.Length >= 12 && IsLiteral(user) && user.Any(char.IsAsciiDigit) && !Wording.IsPlaceholder(user) && Wording.Entropy(user) >= 3;
        }

        return IsLiteral(password) && IsPassword(password) && !Wording.IsTemplated(user) && !user.Equals(password, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Without quotes, and without braces around something random: <c>{ZqL5kVrX1n8tA2}</c> is a value, <c>{password}</c> is not.</summary>
    private static string Bare(string part)
    {
        var bare = part.Trim('"', '\'');
        return bare.StartsWith('{') && bare.EndsWith('}') && bare.Length > 10 && bare.Any(char.IsAsciiDigit) && !Wording.IsMostlyWords(bare) ? bare[1..^1] : bare;
    }

    public static bool IsPassword(string password) =>
        password.Length >= 3 && Wording.Entropy(password) >= 1.5 && !Wording.IsTemplated(password) && !IsStandIn(password) && !Wording.IsRepeated(password);

    private static bool IsStandIn(string password) =>
        password.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Contains("changeme", StringComparison.OrdinalIgnoreCase) || password.ToLowerInvariant() is "password" or "passwd" or "pass" or "pwd" or "test" or "token" or "secret" or "admin" or "user" or "username" or "changeme" or "changeit" or "example" or "your_password" or "yourpassword"
            or "your-password" or "mypassword" or "my_password" or "apikey" or "api_key" or "api-key" or "key" or "api_token" or "api-token"
        || password.Contains("example", StringComparison.OrdinalIgnoreCase) || password.Contains("your", StringComparison.OrdinalIgnoreCase) || password.Contains("placeholder", StringComparison.OrdinalIgnoreCase)
        || password.Contains("dummy", StringComparison.OrdinalIgnoreCase) || password.Contains("xxxx", StringComparison.OrdinalIgnoreCase);

    private static bool IsLiteral(string value) =>
        !HoldsExpansion(value) && !value.Contains('`') && !Wording.IsTemplated(value) && !(value.Contains('<') && value.Contains('>')) && !value.Contains("%s", StringComparison.Ordinal)
        && value.AsSpan().IndexOfAny('{', '}') < 0;

    /// <summary>A dollar sign before a name or a brace; before anything else a password may hold it.</summary>
    private static bool HoldsExpansion(string value)
    {
        for (var at = value.IndexOf('$'); at >= 0; at = value.IndexOf('$', at + 1))
        {
            if (at == 0 || at + 1 == value.Length || char.IsAsciiLetter(value[at + 1]) || value[at + 1] is '_' or '{' or '(')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Splits as a shell would, keeping where each word starts.</summary>
    private static List<(string Word, int At)> Words(string text, int start, int end)
    {
        var words = new List<(string, int)>();
        var at = start;

        while (at < end)
        {
            while (at < end && (char.IsWhiteSpace(text[at]) || text[at] is '\\' or ','))
            {
                at++;
            }

            var from = at;
            var word = new System.Text.StringBuilder();
            var quote = '\0';

            while (at < end && (quote != '\0' || !char.IsWhiteSpace(text[at])))
            {
                var c = text[at];

                if (quote != '\0' && c == quote)
                {
                    quote = '\0';
                }
                else if (quote == '\0' && c is '"' or '\'')
                {
                    quote = c;
                }
                else if (c == '\\' && at + 1 < end && text[at + 1] is '"' or '\'')
                {
                    // An escaped quote of the string the command stands in.
                    quote = quote == text[at + 1] ? '\0' : quote == '\0' ? text[at + 1] : quote;
                    at++;
                }
                else
                {
                    word.Append(c);
                }

                at++;
            }

            if (at > from)
            {
                words.Add((word.ToString(), from));
            }
        }

        return words;
    }
}
