namespace Agentic.Agents.Policy.Secrets;

/// <summary>
/// Tells a word from letters drawn at random. Words and the names made of them use some 350 of the 676 pairs of letters, which was counted
/// over the words of open-source projects; of random letters, every second pair is one no word has.
/// </summary>
internal static class LetterPairs
{
    /// <summary>Behind each letter from a to z, the letters that follow it in words.</summary>
    private static readonly string[] Followers =
    [
        "abcdfgiklmnprstuvwxy", "abcdeilorstuy", "acdefhiklmoprstuy", "abcdefgilmoprstuy", "abcdefghilmnopqrstuvwxy", "adefilorstuy", "aeghilmnorsu", "adeimorstuy", "abcdefglmnoprstvxz",
        "aeosu", "aeiklnosy", "abcdefgiklmopstuvy", "abdeilmnopstuy", "abcdefghiklmnoprstuvy", "abcdefghiklmnoprstuvwx", "abcdeghiklmoprstuy", "u", "abcdefgiklmnoprstuvy",
        "acdefghiklmnopqrstuwy", "acdefhilmnoprstuwxy", "abcdefgilmnoprst", "aeiosy", "aehilnorsy", "aceimptu", "abceimnopst", "aeioz",
    ];

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
        "if", "it", "at", "as", "do", "we", "an", "so", "up", "all", "any", "new", "old", "you", "see", "use", "how", "why", "who", "one", "two", "our", "out", "now", "may", "let", "put", "ask",
        "own", "end", "top", "big", "low", "its", "per", "via", "but", "had", "did", "too", "off", "few", "try", "add", "day", "ftp", "irc", "ldap", "smtp", "imap", "ssl", "tls", "cli", "sdk", "gui",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Common = CommonWords.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether letters between two boundaries are a word, of whatever language.</summary>
    public static bool IsWord(ReadOnlySpan<char> piece)
    {
        if (Common.Contains(piece) || (piece.Length > 3 && piece[^1] is 's' && Common.Contains(piece[..^1])))
        {
            return true;
        }

        if (piece.Length < 4 || !IsOneCase(piece[1..]))
        {
            return false;
        }

        var vowels = 0;
        var consonants = 0;
        var longest = 0;
        var strange = 0;

        for (var i = 0; i < piece.Length; i++)
        {
            var isVowel = piece[i] is 'a' or 'e' or 'i' or 'o' or 'u' or 'y' or 'A' or 'E' or 'I' or 'O' or 'U' or 'Y';
            vowels += isVowel ? 1 : 0;
            consonants = isVowel ? 0 : consonants + 1;
            longest = Math.Max(longest, consonants);
            strange += i > 0 && !Followers[(piece[i - 1] | 0x20) - 'a'].Contains((char)(piece[i] | 0x20)) ? 1 : 0;
        }

        return longest <= 4 && vowels * 5 >= piece.Length && vowels * 3 <= piece.Length * 2 && strange <= piece.Length / 9;
    }

    private static bool IsOneCase(ReadOnlySpan<char> letters) => letters.IndexOfAnyInRange('a', 'z') < 0 || letters.IndexOfAnyInRange('A', 'Z') < 0;
}
