namespace Agentic.Agents.Policy.Secrets;

/// <summary>Every secret of the catalogue that is recognised by its own shape.</summary>
internal static class TokenRules
{
    private const string Word = "_-";

    public static IReadOnlyList<TokenRule> All { get; } =
    [
        // Clouds
        Aws("AKIA"), Aws("ASIA"), Aws("ABIA"), Aws("ACCA"),
        new("aws-amazon-bedrock-api-key-long-lived", "ABSK", "ABSK[A-Za-z0-9+/]{109,}={0,2}", 3, "Amazon Bedrock API key") { Prefix = 4, Continues = "+/" },
        new("gcp-api-key", "AIza", "AIza[A-Za-z0-9_-]{35}", 3.5, "Google Cloud API key") { Prefix = 4, Continues = Word + "=" },
        new("azure-ad-client-secret", "Q~", "[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}", 3, "Entra ID application secret") { Lead = 4, Continues = "~_-", Accepts = HasLetterAndDigit },
        new("alibaba-access-key-id", "LTAI", "LTAI[A-Za-z0-9]{20}", 2.5, "Alibaba Cloud access key id") { Prefix = 4, Continues = Word },
        Plain("digitalocean-pat", "dop_v1_", "[a-f0-9]{64}", "DigitalOcean personal access token"),
        Plain("digitalocean-access-token", "doo_v1_", "[a-f0-9]{64}", "DigitalOcean OAuth access token"),
        Plain("heroku-api-key-v2", "HRKU-AA", "[A-Za-z0-9_-]{58}", "Heroku API key"),
        new("cloudflare-origin-ca-key", "v1.0-", "v1\\.0-[a-f0-9]{24}-[a-f0-9]{146}", 2, "Cloudflare Origin CA key") { Prefix = 5 },
        Plain("cloudflare-api-key", "cfut_", "[A-Za-z0-9]{40}[a-f0-9]{8}", "Cloudflare user API token"),
        Plain("cloudflare-api-key", "cfat_", "[A-Za-z0-9]{40}[a-f0-9]{8}", "Cloudflare account API token"),
        Plain("cloudflare-api-key", "cfk_", "[A-Za-z0-9]{40}[a-f0-9]{8}", "Cloudflare global API key"),
        Plain("flyio-access-token", "fo1_", "[A-Za-z0-9_-]{43}", "Fly.io token"),
        Plain("flyio-access-token", "fm1r_", "[A-Za-z0-9+/]{100,}={0,3}", "Fly.io token") with { Reach = 2000 },
        Plain("flyio-access-token", "fm1a_", "[A-Za-z0-9+/]{100,}={0,3}", "Fly.io token") with { Reach = 2000 },
        Plain("flyio-access-token", "fm2_", "[A-Za-z0-9+/]{100,}={0,3}", "Fly.io token") with { Reach = 2000 },
        Plain("planetscale-password", "pscale_pw_", "[A-Za-z0-9_=.-]{32,64}", "PlanetScale password"),
        new("databricks-api-token", "dapi", "dapi[a-f0-9]{32}(?:-[0-9])?", 3, "Databricks token") { Prefix = 4 },

        // Observability
        Plain("grafana-service-account-token", "glsa_", "[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}", "Grafana service account token"),
        Plain("grafana-cloud-api-token", "glc_", "[A-Za-z0-9+/]{32,}={0,3}", "Grafana Cloud API token") with { Reach = 600 },
        Plain("new-relic-user-api-key", "NRAK-", "[A-Za-z0-9]{27}", "New Relic user API key"),
        Plain("sentry-org-token", "sntrys_", "eyJ[A-Za-z0-9+/=]{40,}_[A-Za-z0-9+/]{43}", "Sentry organisation token") with { Reach = 700, Continues = "+/" },
        Plain("sentry-user-token", "sntryu_", "[a-f0-9]{64}", "Sentry user token"),

        // Code hosting and builds
        Plain("github-pat", "ghp_", "[A-Za-z0-9]{36}", "GitHub personal access token"),
        Plain("github-fine-grained-pat", "github_pat_", "[A-Za-z0-9_]{82}", "GitHub fine-grained personal access token"),
        Plain("github-oauth", "gho_", "[A-Za-z0-9]{36}", "GitHub OAuth access token"),
        Plain("github-app-token", "ghu_", "[A-Za-z0-9]{36}", "GitHub App user token"),
        Plain("github-app-token", "ghs_", "[A-Za-z0-9]{36}", "GitHub App installation token"),
        Plain("github-refresh-token", "ghr_", "[A-Za-z0-9]{36,76}", "GitHub refresh token"),
        new("gitlab-pat-routable", "glpat-", "glpat-[0-9A-Za-z_-]{27,}\\.[0-9A-Za-z]{9}", 3, "GitLab personal access token") { Prefix = 6 },
        new("gitlab-pat", "glpat-", "glpat-[0-9A-Za-z_-]{20}", 3, "GitLab personal access token") { Prefix = 6, Continues = Word },
        Plain("gitlab-ptt", "glptt-", "[0-9a-f]{40}", "GitLab pipeline trigger token"),
        new("gitlab-rrt", "GR1348941", "GR1348941[A-Za-z0-9_-]{20}", 3, "GitLab runner registration token") { Prefix = 9, Continues = Word },
        new("gitlab-deploy-token", "gldt-", "gldt-[0-9A-Za-z_-]{20}", 3, "GitLab deploy token") { Prefix = 5, Continues = Word },
        new("gitlab-cicd-job-token", "glcbt-", "glcbt-[0-9A-Za-z]{1,5}_[0-9A-Za-z_-]{20}", 3, "GitLab CI job token") { Prefix = 6, Continues = Word },
        new("gitlab-runner-authentication-token", "glrt-", "glrt-(?:t[0-9]_)?[0-9A-Za-z_-]{20}", 3, "GitLab runner authentication token") { Prefix = 5, Continues = Word },
        Plain("atlassian-api-token", "ATATT3", "[A-Za-z0-9_=-]{186}", "Atlassian API token") with { MinEntropy = 3.5 },
        Plain("atlassian-api-token", "ATCTT3", "[A-Za-z0-9_=-]{100,200}", "Atlassian API token") with { MinEntropy = 3.5 },
        Plain("artifactory-api-key", "AKCp", "[A-Za-z0-9]{69}", "Artifactory API key") with { MinEntropy = 3.5 },
        Plain("sonar-api-token", "squ_", "[a-f0-9]{40}", "SonarQube token"),
        Plain("sonar-api-token", "sqp_", "[a-f0-9]{40}", "SonarQube token"),
        Plain("sonar-api-token", "sqa_", "[a-f0-9]{40}", "SonarQube token"),
        Plain("npm-access-token", "npm_", "[A-Za-z0-9]{36}", "npm access token") with { Accepts = HasDigit },
        Plain("pypi-upload-token", "pypi-AgE", "[A-Za-z0-9_-]{50,}", "Python package index upload token") with { Reach = 1100 },
        Plain("rubygems-api-token", "rubygems_", "[a-f0-9]{48}", "RubyGems API key"),
        new("hashicorp-tf-api-token", ".atlasv1.", "[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_=-]{60,70}", 3.5, "Terraform Cloud API token") { Lead = 14 },
        new("vault-service-token", "hvs.", "hvs\\.[A-Za-z0-9_-]{24,160}", 3.2, "Vault service token") { Prefix = 4, Continues = Word },
        new("vault-service-token", "s.", "s\\.[A-Za-z0-9]{24}", 3.5, "Vault service token") { Prefix = 2, Continues = "_.-(", Accepts = value => LooksMixed(value) && value.Count(char.IsAsciiDigit) >= 3 },
        new("vault-batch-token", "hvb.", "hvb\\.[A-Za-z0-9_-]{100,}", 3.5, "Vault batch token") { Prefix = 4, Continues = Word },
        new("pulumi-api-token", "pul-", "pul-[a-f0-9]{40}", 2.5, "Pulumi access token") { Prefix = 4 },
        Plain("doppler-api-token", "dp.pt.", "[A-Za-z0-9]{43}", "Doppler token"),
        new("infracost-api-token", "ico-", "ico-[A-Za-z0-9]{32}", 3, "Infracost API key") { Prefix = 4, Continues = ".", Accepts = HasDigit },
        Plain("prefect-api-token", "pnu_", "[A-Za-z0-9]{36}", "Prefect API key"),
        new("octopus-deploy-api-key", "API-", "API-[A-Z0-9]{26}", 3, "Octopus Deploy API key") { Prefix = 4, Continues = Word, Accepts = HasDigit },
        new("harness-api-key", "pat.", "pat\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9]{24}\\.[A-Za-z0-9]{20}", 3, "Harness API key") { Prefix = 4 },
        new("harness-api-key", "sat.", "sat\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9]{24}\\.[A-Za-z0-9]{20}", 3, "Harness API key") { Prefix = 4 },

        // Messaging and mail
        new("slack-bot-token", "xoxb-", "xoxb-[0-9]{8,14}-[A-Za-z0-9-]{18,80}", 2.8, "Slack bot token") { Prefix = 5 },
        new("slack-user-token", "xoxp-", "xoxp-(?:[0-9]{8,14}-){2,3}[A-Za-z0-9-]{24,64}", 2.5, "Slack user token") { Prefix = 5 },
        new("slack-user-token", "xoxe-", "xoxe-(?:[0-9]{8,14}-){2,3}[A-Za-z0-9-]{24,64}", 2.5, "Slack user token") { Prefix = 5 },
        new("slack-app-token", "xapp-", "(?i)xapp-[0-9]-[A-Z0-9]{8,}-[0-9]{8,}-[a-z0-9]{20,}", 2.5, "Slack app-level token") { Prefix = 5, IsExactCase = false },
        new("slack-legacy-token", "xoxs-", "xoxs-[0-9]+-[0-9]+-[0-9]+-[A-Fa-f0-9]{8,}", 2.2, "Slack legacy token") { Prefix = 5 },
        new("slack-legacy-token", "xoxo-", "xoxo-[0-9]+-[0-9]+-[0-9]+-[A-Fa-f0-9]{8,}", 2.2, "Slack legacy token") { Prefix = 5 },
        new("slack-webhook-url", "hooks.slack.com/", "hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/_-]{40,80}", 3, "Slack webhook address") { Prefix = 16 },
        new("microsoft-teams-webhook", ".webhook.office.com/webhookb2/",
            "[a-z0-9]+\\.webhook\\.office\\.com/webhookb2/[a-z0-9-]{36}@[a-z0-9-]{36}/IncomingWebhook/[a-z0-9]{32}/[a-z0-9-]{36}", 3, "Microsoft Teams webhook address") { Lead = 60 },
        new("microsoft-teams-webhook", "outlook.office",
            "outlook\\.office(?:365)?\\.com/webhook/[A-Za-z0-9-]{36}@[A-Za-z0-9-]{36}/IncomingWebhook/[A-Za-z0-9]{32}/[A-Za-z0-9-]{36}", 3, "Microsoft Teams webhook address") { Prefix = 14, Reach = 300 },
        new("telegram-bot-api-token", ":A", "[0-9]{5,16}:A[A-Za-z0-9_-]{34}", 3.5, "Telegram bot token") { Lead = 16, Continues = Word, Accepts = LooksMixed },
        new("twilio-api-key", "SK", "SK[0-9a-fA-F]{32}", 3, "Twilio API key") { Prefix = 2, Continues = Word },
        new("sendgrid-api-token", "SG.", "SG\\.[A-Za-z0-9=_.-]{66}", 3, "SendGrid API key") { Prefix = 3, Continues = Word },
        new("mailchimp-api-key", "-us", "[a-f0-9]{32}-us[0-9]{1,2}", 3, "Mailchimp API key") { Lead = 32 },

        // Payment and shops
        Stripe("sk_live_"), Stripe("sk_test_"), Stripe("sk_prod_"), Stripe("rk_live_"), Stripe("rk_test_"), Stripe("rk_prod_"),
        new("square-access-token", "EAAA", "EAAA[A-Za-z0-9_-]{56,60}", 3, "Square access token") { Prefix = 4, Continues = "+/=_-", Accepts = HasDigit },
        new("square-access-token", "EAAA", "EAAA[A-Za-z0-9_-]{22,55}", 3, "Square access token") { Prefix = 4, Continues = "+/=_-", Accepts = HasDigit },
        new("square-access-token", "sq0atp-", "sq0atp-[A-Za-z0-9_-]{22,60}", 2.5, "Square access token") { Prefix = 7, Continues = Word },
        Plain("shopify-access-token", "shpat_", "[A-Fa-f0-9]{32}", "Shopify Admin access token"),

        // Models, people, development
        new("openai-api-key", "T3BlbkFJ", "sk-(?:[A-Za-z0-9]+-)?[A-Za-z0-9_-]{20,80}T3BlbkFJ[A-Za-z0-9_-]{20,80}", 3, "OpenAI API key") { Lead = 100, Reach = 120 },
        new("anthropic-api-key", "sk-ant-api03-", "sk-ant-api03-[A-Za-z0-9_-]{80,120}", 3.5, "Anthropic API key") { Prefix = 13, Continues = Word },
        new("huggingface-access-token", "hf_", "hf_[A-Za-z0-9]{34}", 3.2, "Hugging Face access token") { Prefix = 3, Continues = Word, Accepts = IsNotOneWord },
        new("1password-service-account-token", "ops_eyJ", "ops_eyJ[A-Za-z0-9+/]{200,}={0,3}", 4, "1Password service account token") { Prefix = 4, Reach = 2200 },
        new("age-secret-key", "AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}", 3, "age identity") { Prefix = 16 },
        new("openshift-user-token", "sha256~", "sha256~[A-Za-z0-9_-]{43}", 3.5, "OpenShift user token") { Prefix = 7, Continues = Word },
        new("postman-api-token", "PMAK-", "PMAK-[A-Fa-f0-9]{24}-[A-Fa-f0-9]{34}", 3, "Postman API key") { Prefix = 5 },
        Plain("linear-api-key", "lin_api_", "[A-Za-z0-9]{40}", "Linear API key"),
        new("private-key", "LS0tLS1CRUdJTi", "LS0tLS1CRUdJTi[A-Za-z0-9+/]{180,}={0,2}", 4, "Private key in PEM form, in Base64") { Prefix = 14, Reach = 8000, Accepts = IsPrivateKey },
        new("generic-api-key", "sig=", "sig=[A-Za-z0-9+/%]{43,64}(?:%3[dD]|=)", 4, "Signature of a shared access address") { Prefix = 4 },
        new("jwt", "eyJ", "eyJ[A-Za-z0-9_-]{14,}\\.eyJ[A-Za-z0-9/\\\\_-]{14,}\\.[A-Za-z0-9/\\\\_-]{10,}={0,2}", 3, "JSON web token") { Prefix = 3, Reach = 8000, Accepts = JsonWebToken.IsReal },
    ];

    private static TokenRule Aws(string prefix) =>
        new("aws-access-token", prefix, prefix + "[A-Z0-9]{16}", 2.7, "AWS access key id") { Prefix = 4, Continues = Word };

    private static TokenRule Stripe(string prefix) =>
        new("stripe-access-token", prefix, prefix + "[A-Za-z0-9]{10,}", 2.5, "Stripe secret key") { Prefix = prefix.Length, Accepts = HasDigitOrLong };

    /// <summary>A prefix of its own and a body.</summary>
    private static TokenRule Plain(string id, string prefix, string body, string title) =>
        new(id, prefix, System.Text.RegularExpressions.Regex.Escape(prefix) + body, 2.8, title) { Prefix = prefix.Length };

    private static bool IsPrivateKey(string value) =>
        System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(value[..64])).Contains("PRIVATE KEY", StringComparison.Ordinal);

    private static bool HasDigit(string value) => value.Any(char.IsAsciiDigit);

    private static bool HasDigitOrLong(string value) => value.AsSpan(8).IndexOfAnyInRange('0', '9') >= 0 || value.Length > 40;

    private static bool HasLetterAndDigit(string value) => value.Count(char.IsAsciiLetter) > 8 && value.Any(char.IsAsciiDigit);

    private static bool LooksMixed(string value) => value.Any(char.IsAsciiDigit) && value.Any(char.IsAsciiLetterUpper) && value.Any(char.IsAsciiLetterLower);

    private static bool IsNotOneWord(string value) => value.AsSpan(3).IndexOfAnyInRange('A', 'Z') >= 0 || value.AsSpan(3).IndexOfAnyInRange('0', '9') >= 0 || !Wording.IsMostlyWords(value[3..]);
}
