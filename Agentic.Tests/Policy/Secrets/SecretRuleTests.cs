using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Secrets;

namespace Agentic.Tests.Policy.Secrets;

/// <summary>Every secret rule of the catalogue against cases that fail and pass. Those with a shape are made of it when the tests run; the others are written out.</summary>
internal sealed partial class SecretRuleTests
{
    internal sealed record SecretCase(string Rule, bool Fails, string Path, string Text)
    {
        public override string ToString() => $"{Rule}, {(Fails ? "fails" : "passes")}: {Path}, {Text.Length} characters";
    }

    private static readonly Lazy<IReadOnlyList<SecretCase>> All = new(() => [.. Shaped(), .. Named(), .. Written()]);

    private static IEnumerable<SecretCase> Cases() => All.Value;

    private static IEnumerable<string> RuleIds() => PolicyCatalogue.BuiltIn.All.Where(rule => rule.Type == "secret").Select(rule => rule.Id);

    [TestCaseSource(nameof(Cases))]
    public void Judges_the_case(SecretCase given)
    {
        var found = SecretPolicy.Check(given.Text, given.Path).Findings.Select(finding => finding.Rule).ToList();

        Assert.That(found, given.Fails ? Is.EqualTo(new[] { given.Rule }) : Has.None.EqualTo(given.Rule));
    }

    [TestCaseSource(nameof(RuleIds))]
    public void Has_two_failing_and_two_passing_cases_at_least(string rule)
    {
        var cases = All.Value.Where(given => given.Rule == rule).ToList();

        Assert.That(cases.Count(given => given.Fails), Is.GreaterThanOrEqualTo(2));
        Assert.That(cases.Count(given => !given.Fails), Is.GreaterThanOrEqualTo(2));
    }

    private static IEnumerable<SecretCase> Shaped()
    {
        var random = new Random(20);
        foreach (var (rule, shape) in SecretSamples.Tokens)
        {
            yield return new SecretCase(rule, true, ".env", $"SHOP_VALUE={SecretSamples.Make(shape, random)}\n");
            yield return new SecretCase(rule, true, "src/client.ts", $"const value = '{SecretSamples.Make(shape, random)}';\n");
            yield return new SecretCase(rule, false, ".env", $"SHOP_VALUE={StandIn(shape, 'x')}\n");
            yield return new SecretCase(rule, false, "src/client.ts", $"const value = '{StandIn(shape, '0')}';\n");
        }
    }

    private static IEnumerable<SecretCase> Named()
    {
        var random = new Random(21);
        foreach (var (rule, name, shape) in SecretSamples.Named)
        {
            yield return new SecretCase(rule, true, "values.yaml", $"shop:\n  {name}: \"{SecretSamples.Make(shape, random)}\"\n");
            yield return new SecretCase(rule, true, "settings.json", $"{{ \"{name}\": \"{SecretSamples.Make(shape, random)}\" }}\n");
            yield return new SecretCase(rule, false, "values.yaml", $"shop:\n  {name}: \"${{{name}}}\"\n");
            yield return new SecretCase(rule, false, "settings.json", $"{{ \"{name}\": \"{StandIn(shape, 'x')}\" }}\n");
        }
    }

    private static IEnumerable<SecretCase> Written()
    {
        var random = new Random(22);
        var body = string.Join('\n', Enumerable.Range(0, 12).Select(_ => SecretSamples.Fill('b', 64, random)));
        yield return new SecretCase("private-key", true, "id_rsa", $"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n");
        yield return new SecretCase("private-key", true, "deploy.key", $"-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----\n");
        yield return new SecretCase("private-key", false, "id_rsa.pub", $"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n");
        yield return new SecretCase("private-key", false, "chain.pem", $"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");

        var (header, signature) = (Part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"), SecretSamples.Fill('w', 43, random));
        yield return new SecretCase("jwt", true, "client.py", $"t = \"{header}.{Part("{\"sub\":\"u-81\",\"iss\":\"shop\",\"exp\":1893456000}")}.{signature}\"\n");
        yield return new SecretCase("jwt", true, "request.http", $"Authorization: Bearer {Part("{\"typ\":\"JWT\",\"alg\":\"RS256\"}")}.{Part("{\"role\":\"admin\",\"tenant\":\"shop-7\"}")}.{signature}\n");
        yield return new SecretCase("jwt", false, "client.py", $"t = \"{header}.{Part("{\"sub\":\"1234567890\",\"name\":\"John Doe\"}")}.{signature}\"\n");
        yield return new SecretCase("jwt", false, "client.py", $"t = \"eyJub3RhanNvbmhlYWRlcg.eyJub3RhanNvbmJvZHkx.{signature}\"\n");

        yield return new SecretCase("kubernetes-secret-yaml", true, "secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: ZDhLczkyTGQwcVp4\n");
        yield return new SecretCase("kubernetes-secret-yaml", true, "secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  token: d8Ks92Ld0qZx\n");
        yield return new SecretCase("kubernetes-secret-yaml", false, "secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: {{ .Values.password | b64enc }}\n");
        yield return new SecretCase("kubernetes-secret-yaml", false, "sealed.yaml", "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec:\n  encryptedData:\n    password: AgBy3i4OJSWK+PiTySYZZA9rO43cGDEq\n");

        yield return new SecretCase("curl-auth-header", true, "deploy.sh", "curl -H \"Authorization: Bearer d8Ks92Ld0qZxT5vB\" https://api.shop.org\n");
        yield return new SecretCase("curl-auth-header", true, "deploy.sh", "curl --header 'X-API-Key: d8Ks92Ld0qZxT5vB' https://api.shop.org\n");
        yield return new SecretCase("curl-auth-header", false, "deploy.sh", "curl -H \"Authorization: Bearer $TOKEN\" https://api.shop.org\n");
        yield return new SecretCase("curl-auth-header", false, "deploy.sh", "curl -H 'Accept: application/json' https://api.shop.org\n");

        yield return new SecretCase("curl-auth-user", true, "deploy.sh", "curl -s -u deploy:d8Ks92Ld0q https://api.shop.org\n");
        yield return new SecretCase("curl-auth-user", true, "README.md", "curl --user 'deploy:d8Ks92Ld0q' https://api.shop.org\n");
        yield return new SecretCase("curl-auth-user", false, "deploy.sh", "curl -s -u \"$USER:$PASSWORD\" https://api.shop.org\n");
        yield return new SecretCase("curl-auth-user", false, "deploy.sh", "curl -s -u deploy https://api.shop.org\n");

        yield return new SecretCase("hashicorp-tf-password", true, "main.tf", "resource \"aws_db_instance\" \"a\" {\n  password = \"winter-orders\"\n}\n");
        yield return new SecretCase("hashicorp-tf-password", true, "cluster.tf", "resource \"aws_rds_cluster\" \"a\" {\n  master_password = \"S0mmer.orders\"\n}\n");
        yield return new SecretCase("hashicorp-tf-password", false, "main.tf", "resource \"aws_db_instance\" \"a\" {\n  password = var.password\n}\n");
        yield return new SecretCase("hashicorp-tf-password", false, "main.tf", "resource \"aws_db_instance\" \"a\" {\n  password = random_password.db.result\n}\n");

        yield return new SecretCase("nuget-config-password", true, "nuget.config", "<add key=\"ClearTextPassword\" value=\"winterorders9\" />\n");
        yield return new SecretCase("nuget-config-password", true, "NuGet.Config", "<packageSourceCredentials>\n  <feed>\n    <add key='ClearTextPassword' value='d8Ks92Ld0q' />\n  </feed>\n</packageSourceCredentials>\n");
        yield return new SecretCase("nuget-config-password", false, "nuget.config", "<add key=\"ClearTextPassword\" value=\"%FEED_PASSWORD%\" />\n");
        yield return new SecretCase("nuget-config-password", false, "nuget.config", "<add key=\"Username\" value=\"build-agent\" />\n");
    }

    private static string Part(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string StandIn(string shape, char fill) =>
        Hole().Replace(shape, match => new string(fill, match.Groups[1].Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 36));

    [GeneratedRegex("\\{(?:g|.([0-9]+))\\}", RegexOptions.NonBacktracking)]
    private static partial Regex Hole();
}
