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

    private static readonly string[] TypedRows = ["abcdefg", "1234567", "0000000"];

    private static readonly HashSet<string> CommonWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "access", "account", "action", "active", "admin", "agent", "alert", "alias", "api", "app", "apps", "application", "array", "async", "auth", "auto", "aws", "azure",
        "backend", "backup", "base", "basic", "batch", "beta", "billing", "bin", "bool", "branch", "bucket", "build", "button", "cache", "cart", "cert", "chart", "check", "client",
        "cloud", "cluster", "code", "column", "com", "commit", "common", "company", "compute", "config", "connect", "connection", "console", "container", "content", "context",
        "control", "cookie", "core", "count", "create", "credential", "credentials", "cron", "current", "custom", "customer", "data", "database", "date", "debug", "default",
        "delete", "demo", "deploy", "deployment", "desc", "design", "dev", "development", "device", "dialog", "digest", "dir", "disable", "display", "docker", "document", "domain",
        "east", "edit", "editor", "email", "enable", "endpoint", "engine", "entity", "entry", "env", "environment", "error", "event", "exchange", "export", "external", "feature",
        "field", "file", "filter", "first", "flag", "flow", "font", "form", "format", "frontend", "function", "gateway", "get", "git", "github", "gitlab", "global", "google",
        "graph", "group", "handler", "hash", "header", "health", "helm", "host", "html", "http", "https", "icon", "image", "import", "index", "info", "ingress", "input", "int",
        "integration", "internal", "item", "job", "json", "jwt", "kafka", "key", "keys", "kube", "kubernetes", "label", "lambda", "lang", "last", "latest", "layer", "level", "lib",
        "library", "link", "linux", "list", "load", "local", "localhost", "lock", "log", "login", "main", "manager", "map", "master", "max", "menu", "message", "meta", "method",
        "metric", "min", "mode", "model", "module", "monitor", "mongo", "mysql", "name", "namespace", "network", "nginx", "node", "north", "notification", "number", "oauth",
        "object", "online", "option", "order", "orders", "org", "output", "package", "page", "panel", "param", "parent", "parser", "pass", "password", "path", "payment", "pipeline",
        "plugin", "pod", "policy", "pool", "port", "postgres", "prefix", "primary", "private", "prod", "production", "profile", "project", "prop", "protocol", "provider", "proxy",
        "public", "push", "query", "queue", "rabbit", "read", "record", "redis", "refresh", "region", "registry", "release", "remote", "report", "repo", "request", "reset",
        "resource", "response", "rest", "result", "role", "root", "route", "router", "rule", "run", "runner", "schema", "scope", "script", "search", "secret", "secrets", "section",
        "select", "server", "service", "services", "session", "set", "setting", "settings", "setup", "shop", "sign", "signing", "site", "size", "slack", "socket", "sort", "source",
        "south", "spec", "sql", "src", "ssh", "ssl", "stack", "stage", "staging", "start", "state", "static", "status", "storage", "store", "stream", "string", "style", "svc",
        "sync", "system", "table", "tag", "target", "task", "team", "temp", "template", "tenant", "terraform", "test", "testing", "text", "theme", "time", "title", "tls", "token",
        "tokens", "tool", "topic", "trace", "tracker", "type", "update", "upload", "url", "user", "username", "users", "util", "value", "var", "vault", "version", "view", "volume",
        "web", "webhook", "west", "widget", "window", "work", "worker", "workflow", "write", "xml", "yaml", "zone", "the", "and", "for", "with", "from", "this", "that", "not", "your",
        "is", "in", "to", "of", "on", "by", "or", "my", "id", "us", "eu", "db", "v1", "v2", "io", "is", "be", "no", "yes", "must", "should", "will", "can", "has", "are", "was",
    };

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

        return SaysPlaceholder(body) || IsSequential(body) || IsRepeated(body) || HasMadeUpPart(body);
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

    /// <summary>Half or more of it is made of words, as names, identifiers and sentences are.</summary>
    public static bool IsMostlyWords(string value)
    {
        var wordy = 0;
        var letters = 0;
        var start = 0;

        for (var i = 1; i <= value.Length; i++)
        {
            var isBoundary = i == value.Length || !char.IsAsciiLetter(value[i]) || !char.IsAsciiLetter(value[i - 1])
                || (char.IsAsciiLetterUpper(value[i]) && char.IsAsciiLetterLower(value[i - 1]));

            if (!isBoundary)
            {
                continue;
            }

            var piece = value[start..i];
            start = i;

            if (char.IsAsciiLetter(piece[0]))
            {
                letters += piece.Length;
                wordy += IsWord(piece) ? piece.Length : 0;
            }
        }

        return letters > 0 && wordy * 2 >= value.Length;
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

    private static bool IsWord(string piece)
    {
        if (CommonWords.Contains(piece))
        {
            return true;
        }

        if (piece.Length < 4)
        {
            return false;
        }

        // Words of any language alternate: a vowel at least every fourth letter, not only vowels, one case after the first letter.
        var vowels = 0;
        var consonants = 0;
        var longest = 0;

        for (var i = 0; i < piece.Length; i++)
        {
            var isVowel = "aeiouyAEIOUY".Contains(piece[i]);
            vowels += isVowel ? 1 : 0;
            consonants = isVowel ? 0 : consonants + 1;
            longest = Math.Max(longest, consonants);
        }

        return longest <= 3 && vowels * 4 >= piece.Length && vowels * 3 <= piece.Length * 2;
    }
}
