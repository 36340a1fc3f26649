namespace Agentic.Agents.Policy.Secrets;

/// <summary>Secrets that show only next to a product's name.</summary>
internal static class NamedRules
{
    private const string Hex = "[a-fA-F0-9]";
    private const string Alphanumeric = "[A-Za-z0-9]";
    private const string Uuid = Hex + "{8}-(?:" + Hex + "{4}-){3}" + Hex + "{12}";

    public static IReadOnlyList<NamedRule> All { get; } =
    [
        new("cloudflare-api-key", ["cloudflare"], "[A-Za-z0-9_-]{40}", "Cloudflare API key"),
        new("netlify-access-token", ["netlify"], "[A-Za-z0-9=_-]{40,46}", "Netlify token"),
        new("datadog-access-token", ["datadog"], Alphanumeric + "{40}", "Datadog key"),
        new("bitbucket-client-secret", ["bitbucket"], "[A-Za-z0-9=_-]{64}", "Bitbucket client secret"),
        new("jfrog-api-key", ["jfrog", "artifactory", "bintray", "xray"], Alphanumeric + "{73}", "JFrog API key"),
        new("atlassian-api-token", ["atlassian", "confluence", "jira"], Alphanumeric + "{24}", "Atlassian API token"),
        new("snyk-api-token", ["snyk"], Uuid, "Snyk API token") { AllowsUuid = true, Heads = ["token", "key", "api", "oauth", "secret"] },
        new("sonar-api-token", ["sonar"], "[A-Za-z0-9=_-]{40}", "SonarQube token") { Heads = ["token", "login", "key", "secret"] },
        new("travisci-access-token", ["travis"], Alphanumeric + "{22}", "Travis CI token"),
        new("droneci-access-token", ["droneci", "drone_ci", "drone-ci"], Alphanumeric + "{32}", "Drone CI token"),
        new("discord-api-token", ["discord"], Hex + "{64}", "Discord key"),
        new("okta-access-token", ["okta"], "00[A-Za-z0-9_=-]{40}", "Okta API token"),
        new("mailgun-private-api-token", ["mailgun"], "key-[a-f0-9]{32}", "Mailgun private key"),
        new("npm-access-token", ["npm"], Uuid, "npm access token of the older form") { AllowsUuid = true, Heads = ["token"] },
        new("generic-api-key", ["heroku"], Uuid, "Heroku API key of the older form") { AllowsUuid = true, Heads = ["token", "key", "api", "secret"] },
        // The token of a header that does not decode is told by its form and its name; others by their header alone.
        new("jwt", ["jwt"], "ey[A-Za-z0-9_-]{17,}\\.ey[A-Za-z0-9/\\\\_-]{17,}\\.(?:[A-Za-z0-9/\\\\_-]{10,}={0,2})?", "JSON web token"),
        new("confluent-secret-key", ["confluent"], "[A-Za-z0-9+/]{64}", "Confluent secret"),
    ];

    /// <summary>The rule whose product is named in <paramref name="name"/>, or failing that close <paramref name="above"/>; of a UUID only on the same line, for those stand everywhere.</summary>
    public static NamedRule? Match(string name, string path, string above, string value)
    {
        foreach (var rule in All)
        {
            if (Names(rule, name) && (rule.Heads.Length == 0 || rule.Heads.Any(head => name.Contains(head, StringComparison.OrdinalIgnoreCase))) && rule.Regex.IsMatch(value))
            {
                return rule;
            }
        }

        foreach (var rule in All)
        {
            if ((rule.AllowsUuid ? Names(rule, above[(above.LastIndexOf('\n') + 1)..]) : Names(rule, above) || Names(rule, path)) && SecretName.Judge(name) != NameStrength.None && rule.Regex.IsMatch(value))
            {
                return rule;
            }
        }

        return null;
    }

    private static bool Names(NamedRule rule, string text) => rule.Names.Any(product => IsNamed(text, product));

    /// <summary>A word of its own or the start of one in camel case: rookTable does not name okta, myOktaToken does.</summary>
    private static bool IsNamed(string text, string product)
    {
        for (var at = text.IndexOf(product, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(product, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (at == 0 || !char.IsAsciiLetter(text[at - 1]) || (char.IsAsciiLetterUpper(text[at]) && char.IsAsciiLetterLower(text[at - 1])))
            {
                return true;
            }
        }

        return false;
    }
}
