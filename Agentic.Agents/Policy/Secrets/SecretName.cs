namespace Agentic.Agents.Policy.Secrets;

internal enum NameStrength { None, Weak, Strong }

/// <summary>Whether a name promises a secret. What counts is its last word: a token is one, a token's URL is not.</summary>
internal static class SecretName
{
    /// <summary>Words after the head that change nothing.</summary>
    private static readonly HashSet<string> Neutral =
    [
        "value", "val", "string", "str", "text", "plain", "plaintext", "prod", "production", "dev", "development", "staging", "stage", "qa", "uat", "live", "sandbox",
        "old", "new", "current", "default", "base64", "b64", "raw", "env", "primary", "secondary", "main", "backup", "v1", "v2", "v3", "1", "2", "3", "4", "write", "read", "rw", "ro", "literal", "const", "constant", "base",
    ];

    private static readonly HashSet<string> StrongHeads =
    [
        "password", "passwd", "pwd", "pass", "passphrase", "passwort", "secret", "secrets", "token", "apikey", "apitoken", "apisecret", "authtoken", "accesstoken", "secretkey",
        "accesskey", "privatekey", "authkey", "clientsecret", "credential", "credentials", "creds", "cred", "bearer", "pat", "appsecret", "masterkey", "encryptionkey", "signingkey",
        "sharedkey", "accountkey", "storagekey", "servicekey", "passcode",
    ];

    private static readonly string[] StrongEnds = ["password", "passwd", "passphrase", "secret", "token", "apikey", "secretkey", "accesskey", "privatekey", "authkey"];

    private static readonly HashSet<string> KeyOwners =
    [
        "api", "access", "secret", "private", "auth", "encryption", "encrypt", "decryption", "signing", "sign", "signature", "master", "account", "shared", "storage", "client", "service",
        "admin", "app", "application", "consumer", "subscription", "server", "deploy", "aes", "hmac", "crypto", "session", "cookie", "jwt", "webhook", "root", "sas", "ingest", "ingestion",
        "integration", "license", "product", "functions", "function", "user", "live", "provisioning", "rest", "security", "data", "project",
    ];

    /// <summary>Anywhere in the name: it holds no secret, or only the print of one.</summary>
    private static readonly HashSet<string> Harmless =
    [
        "public", "pub", "publishable", "example", "sample", "dummy", "fake", "mock", "placeholder", "hash", "hashed", "sha", "sha1", "sha256", "sha384", "sha512", "md5", "digest", "checksum",
        "fingerprint", "thumbprint", "integrity", "encrypted", "sealed", "ciphertext", "csrf", "xsrf", "etag",
        "test", "testing", "tests", "unittest", "fixture", "stub", "nonce", "salt", "commit", "revision", "version", "regex", "pattern", "format", "label", "icon", "color", "captcha", "recaptcha",
        "demo", "recv", 
    ];

    private static readonly HashSet<string> HarmlessKeys =
    [
        "primary", "foreign", "sort", "partition", "cache", "idempotency", "dedup", "dedupe", "row", "map", "object", "bucket", "registry", "translation", "i18n", "message", "lookup", "index",
        "unique", "composite", "natural", "surrogate", "range", "routing", "state", "config", "setting", "kms", "ssh", "gpg", "pgp", "s3", "query", "field", "column", "group", "item", "entry", "trace",
        "hot", "shortcut", "tracking", "analytics", "correlation", "lock", "redis", "memcache", "property", "dictionary", "meta", "metadata", "react", "list", "storage_local", "event", "feature", "flag", "cluster", "site", "host",
        "grouping", "websocket", "workflow", "document", "entity", "issue", "ticket", "jira", 
    ];

    private static readonly HashSet<string> HarmlessTokens =
    [
        "page", "next", "continuation", "pagination", "cursor", "cancellation", "cancel", "sync", "design", "start", "end", "eos", "bos", "pad", "unk", "mask", "stop", "syntax",
        "lexer", "parser", "device", "push", "resume", "skip", "marker", "authenticity", "antiforgery", "crumb", "binary", "file",
    ];

    public static NameStrength Judge(string name)
    {
        var words = Wording.Words(name);

        while (words.Count > 1 && (Neutral.Contains(words[^1]) || words[^1].All(char.IsAsciiDigit)))
        {
            words.RemoveAt(words.Count - 1);
        }

        // An Azure key vault is a place; what its settings name are names.
        var isPlace = words.Contains("keyvault") || (words.IndexOf("key") is >= 0 and var key && key + 1 < words.Count && words[key + 1] == "vault");

        if (words.Count == 0 || isPlace || words.Any(Harmless.Contains))
        {
            return NameStrength.None;
        }

        // token1 and password2 are what token and password are.
        var head = words[^1].TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');

        if (head is "key" or "keys")
        {
            var owner = words.Count > 1 ? words[^2] : "";
            return HarmlessKeys.Contains(owner) ? NameStrength.None : KeyOwners.Contains(owner) ? NameStrength.Strong : NameStrength.Weak;
        }

        if (head.EndsWith("token", StringComparison.Ordinal) && words.Count > 1 && HarmlessTokens.Contains(words[^2]))
        {
            return NameStrength.None;
        }

        if (StrongHeads.Contains(head) || StrongEnds.Any(end => head.EndsWith(end, StringComparison.Ordinal)))
        {
            return NameStrength.Strong;
        }

        return head is "auth" or "authorization" or "access" or "api" ? NameStrength.Weak : NameStrength.None;
    }
}
