using System.Text;

namespace Agentic.Tests.Policy.Secrets;

/// <summary>
/// Makes secrets when the tests run, so that none stands in the repository. In a shape, <c>{a36}</c> is 36 random letters and digits,
/// <c>h</c> hex, <c>U</c> upper case and digits, <c>L</c> lower case and digits, <c>b</c> Base64, <c>w</c> URL-safe Base64, <c>d</c> digits.
/// </summary>
internal static class SecretSamples
{
    public static readonly (string Rule, string Shape)[] Tokens =
    [
        ("aws-access-token", "AKIA{U16}"), ("aws-access-token", "ASIA{U16}"),
        ("aws-amazon-bedrock-api-key-long-lived", "ABSK{b120}"),
        ("gcp-api-key", "AIza{w35}"),
        ("azure-ad-client-secret", "{a3}8Q~{a34}"),
        ("alibaba-access-key-id", "LTAI{a20}"),
        ("digitalocean-pat", "dop_v1_{h64}"),
        ("digitalocean-access-token", "doo_v1_{h64}"),
        ("heroku-api-key-v2", "HRKU-AA{a58}"),
        ("cloudflare-origin-ca-key", "v1.0-{h24}-{h146}"),
        ("flyio-access-token", "fo1_{w43}"), ("flyio-access-token", "fm2_{b140}"),
        ("planetscale-password", "pscale_pw_{w43}"),
        ("databricks-api-token", "dapi{h32}"), ("databricks-api-token", "dapi{h32}-2"),
        ("grafana-service-account-token", "glsa_{a32}_{h8}"),
        ("grafana-cloud-api-token", "glc_{b120}"),
        ("new-relic-user-api-key", "NRAK-{U27}"),
        ("sentry-org-token", "sntrys_eyJpYXQiO{a100}_{a43}"),
        ("sentry-user-token", "sntryu_{h64}"),
        ("github-pat", "ghp_{a36}"),
        ("github-fine-grained-pat", "github_pat_{a22}_{a59}"),
        ("github-oauth", "gho_{a36}"),
        ("github-app-token", "ghu_{a36}"), ("github-app-token", "ghs_{a36}"),
        ("github-refresh-token", "ghr_{a36}"),
        ("gitlab-pat", "glpat-{a20}"),
        ("gitlab-pat-routable", "glpat-{a40}.01{L7}"),
        ("gitlab-ptt", "glptt-{h40}"),
        ("gitlab-rrt", "GR1348941{a20}"),
        ("gitlab-deploy-token", "gldt-{a20}"),
        ("gitlab-cicd-job-token", "glcbt-64_{a20}"),
        ("gitlab-runner-authentication-token", "glrt-{a20}"),
        ("atlassian-api-token", "ATATT3{a186}"),
        ("artifactory-api-key", "AKCp{a69}"),
        ("sonar-api-token", "squ_{h40}"), ("sonar-api-token", "sqp_{h40}"), ("sonar-api-token", "sqa_{h40}"),
        ("npm-access-token", "npm_{a36}"),
        ("pypi-upload-token", "pypi-AgEIcHlwaS5vcmc{w120}"),
        ("rubygems-api-token", "rubygems_{h48}"),
        ("hashicorp-tf-api-token", "{a14}.atlasv1.{a67}"),
        ("vault-service-token", "hvs.{a95}"),
        ("vault-batch-token", "hvb.{a150}"),
        ("pulumi-api-token", "pul-{h40}"),
        ("doppler-api-token", "dp.pt.{a43}"),
        ("infracost-api-token", "ico-{a32}"),
        ("prefect-api-token", "pnu_{a36}"),
        ("octopus-deploy-api-key", "API-{U26}"),
        ("harness-api-key", "pat.{a22}.{h24}.{a20}"), ("harness-api-key", "sat.{a22}.{h24}.{a20}"),
        ("slack-bot-token", "xoxb-{d12}-{d12}-{a24}"),
        ("slack-user-token", "xoxp-{d12}-{d12}-{d12}-{h32}"),
        ("slack-app-token", "xapp-1-A{U10}-{d13}-{h64}"),
        ("slack-legacy-token", "xoxs-{d10}-{d10}-{d10}-{h10}"),
        ("slack-webhook-url", "https://hooks.slack.com/services/T{U8}/B{U10}/{a24}"),
        ("microsoft-teams-webhook", "https://contoso.webhook.office.com/webhookb2/{g}@{g}/IncomingWebhook/{h32}/{g}"),
        ("telegram-bot-api-token", "{d10}:AA{w33}"),
        ("twilio-api-key", "SK{h32}"),
        ("sendgrid-api-token", "SG.{a22}.{a43}"),
        ("mailchimp-api-key", "{h32}-us12"),
        ("stripe-access-token", "sk_live_{a24}"), ("stripe-access-token", "rk_live_{a99}"), ("stripe-access-token", "sk_test_{a24}"),
        ("square-access-token", "EAAA{a60}"), ("square-access-token", "sq0atp-{a22}"),
        ("shopify-access-token", "shpat_{h32}"),
        ("openai-api-key", "sk-{a20}T3BlbkFJ{a20}"), ("openai-api-key", "sk-proj-{a74}T3BlbkFJ{a74}"),
        ("anthropic-api-key", "sk-ant-api03-{w93}AA"),
        ("huggingface-access-token", "hf_{a34}"),
        ("1password-service-account-token", "ops_eyJ{b280}"),
        ("age-secret-key", "AGE-SECRET-KEY-1{B58}"),
        ("openshift-user-token", "sha256~{w43}"),
        ("postman-api-token", "PMAK-{h24}-{h34}"),
        ("linear-api-key", "lin_api_{a40}"),
    ];

    public static readonly (string Rule, string Name, string Shape)[] Named =
    [
        ("cloudflare-api-key", "CLOUDFLARE_API_KEY", "{w40}"), ("netlify-access-token", "netlify_auth_token", "{w43}"), ("datadog-access-token", "DATADOG_APP_KEY", "{h40}"),
        ("bitbucket-client-secret", "bitbucket_client_secret", "{w64}"), ("jfrog-api-key", "JFROG_API_KEY", "{a73}"), ("atlassian-api-token", "jira_api_token", "{a20}{h4}"),
        ("snyk-api-token", "SNYK_TOKEN", "{g}"), ("sonar-api-token", "sonar.login", "{h40}"), ("travisci-access-token", "TRAVIS_TOKEN", "{a22}"),
        ("droneci-access-token", "droneci_access_token", "{a32}"), ("discord-api-token", "DISCORD_API_KEY", "{h64}"), ("okta-access-token", "OKTA_API_TOKEN", "00{a40}"),
        ("mailgun-private-api-token", "MAILGUN_API_KEY", "key-{h32}"), ("confluent-secret-key", "confluent_secret_key", "{a64}"),
        ("generic-api-key", "api_key", "{a32}"), ("generic-api-key", "clientSecret", "{w40}"), ("generic-api-key", "DB_PASSWORD", "{a16}"), ("generic-api-key", "auth_token", "{h32}"),
    ];

    public static string Make(string shape, Random random)
    {
        var made = new StringBuilder();

        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] != '{')
            {
                made.Append(shape[i]);
                continue;
            }

            var end = shape.IndexOf('}', i);
            var kind = shape[i + 1];
            var count = kind == 'g' ? 1 : int.Parse(shape.AsSpan(i + 2, end - i - 2), System.Globalization.CultureInfo.InvariantCulture);
            made.Append(kind == 'g' ? Uuid(random) : Fill(kind, count, random));
            i = end;
        }

        return made.ToString();
    }

    public static string Uuid(Random random) => string.Join('-', Fill('h', 8, random), Fill('h', 4, random), Fill('h', 4, random), Fill('h', 4, random), Fill('h', 12, random));

    public static string Fill(char kind, int count, Random random)
    {
        const string Lower = "abcdefghijklmnopqrstuvwxyz";
        const string Digits = "0123456789";
        var alphabet = kind switch
        {
            'a' => Lower + Lower.ToUpperInvariant() + Digits,
            'h' => Digits + "abcdef",
            'U' => Lower.ToUpperInvariant() + Digits,
            'L' => Lower + Digits,
            'b' => Lower + Lower.ToUpperInvariant() + Digits + "+/",
            'w' => Lower + Lower.ToUpperInvariant() + Digits + "_-",
            'd' => Digits,
            'B' => "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        return new string(Enumerable.Range(0, count).Select(at => at == 0 && kind == 'w' ? Lower[random.Next(26)] : alphabet[random.Next(alphabet.Length)]).ToArray());
    }
}
