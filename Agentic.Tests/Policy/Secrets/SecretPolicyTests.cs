using Agentic.Agents.Policy.Secrets;

namespace Agentic.Tests.Policy.Secrets;

public sealed class SecretPolicyTests
{
    private static readonly (string Path, string Format)[] Places =
    [
        (".env", "{0}={1}\n"),
        ("config.yaml", "service:\n  {0}: \"{1}\"\n"),
        ("app.py", "import os\n\n{0} = '{1}'\n"),
        ("settings.json", "{{\n  \"{0}\": \"{1}\"\n}}\n"),
        ("Program.cs", "var {0} = \"{1}\";\n"),
        ("deploy.sh", "export {0}={1}\nmake deploy\n"),
        ("app.properties", "{0} = {1}\r\nport = 80\r\n"),
        ("main.go", "\tconst {0} string = \"{1}\"\n"),
    ];

    private static IEnumerable<TestCaseData> Tokens() => SecretSamples.Tokens.Select(sample => new TestCaseData(sample.Rule, sample.Shape).SetArgDisplayNames(sample.Rule, sample.Shape));

    private static IEnumerable<TestCaseData> Named() => SecretSamples.Named.Select(sample => new TestCaseData(sample.Rule, sample.Name, sample.Shape).SetArgDisplayNames(sample.Rule, sample.Name));

    [TestCaseSource(nameof(Tokens))]
    public void Finds_a_token_by_its_shape_wherever_it_stands(string rule, string shape)
    {
        var random = new Random(rule.Length * 7919 + shape.Length);

        foreach (var (path, format) in Places)
        {
            var secret = SecretSamples.Make(shape, random);
            var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, "value", secret);

            Assert.That(Rules(text, path), Is.EqualTo(new[] { rule }), $"{path}: {text}");
        }
    }

    [TestCaseSource(nameof(Named))]
    public void Finds_a_value_by_the_name_it_is_given(string rule, string name, string shape)
    {
        var random = new Random(name.Length * 104729 + shape.Length);

        foreach (var (path, format) in Places)
        {
            var secret = SecretSamples.Make(shape, random);
            var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, name, secret);

            Assert.That(Rules(text, path), Is.EqualTo(new[] { rule }), $"{path}: {text}");
        }
    }

    [TestCaseSource(nameof(Tokens))]
    public void Leaves_the_stand_ins_of_a_token_alone(string rule, string shape)
    {
        foreach (var fill in (string[])["x", "X", "0", "1234567890", "abcdefghij", "EXAMPLE", "0123456789abcdef", "your-token-here-", "A1B2C3D4E5F6G7H8I9J0", "..."])
        {
            var standIn = System.Text.RegularExpressions.Regex.Replace(shape, "\\{(?:g|.([0-9]+))\\}", match => string.Concat(Enumerable.Repeat(fill, 300))[..(match.Groups[1].Success ? int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : 36)]);

            Assert.That(Rules($"token = \"{standIn}\"\n", "app.py"), Is.Empty, standIn);
        }
    }

    [TestCase("api_key = \"${API_KEY}\"", ".env")]
    [TestCase("apiKey: {{ .Values.apiKey }}", "values.yaml")]
    [TestCase("api_key: ${{ secrets.API_KEY_2024 }}", "ci.yml")]
    [TestCase("token = os.environ[\"GITHUB_TOKEN_1\"]", "a.py")]
    [TestCase("const token = process.env.API_TOKEN_V2", "a.js")]
    [TestCase("password = var.db_password_2024", "main.tf")]
    [TestCase("password = \"<your password 1>\"", "a.yaml")]
    [TestCase("api_key_id = \"k8s9dk3jf83kd92kf03k\"", "a.yaml")]
    [TestCase("token_url: https://login.example.org/oauth2/v2.0/token", "a.yaml")]
    [TestCase("public_key = \"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA7x3\"", "a.yaml")]
    [TestCase("cache_key: 9e107d9d372bb6826bd81d3542a419d6", "a.yaml")]
    [TestCase("sha256: 3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b", "a.yaml")]
    [TestCase("secret_id = \"7c9e6679-7425-40de-944b-e07fc1f90ae7\"", "a.yaml")]
    [TestCase("client_secret = \"7c9e6679-7425-40de-944b-e07fc1f90ae7\"", "a.yaml")]
    [TestCase("password_hash = \"$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW\"", "a.yaml")]
    [TestCase("secretName: orders-db-credentials-v2", "a.yaml")]
    [TestCase("key: spring.datasource.hikari.maximum-pool-size-2", "a.yaml")]
    [TestCase("next_page_token = \"CAoQAA8kd73kfdy39dkfj38dk\"", "a.py")]
    [TestCase("token = get_token_v2(account1)", "a.py")]
    [TestCase("monkey = \"a8f5f167f44f4964e6c998dee827110c\"", "a.py")]
    [TestCase("max_tokens: 4096000000", "a.yaml")]
    [TestCase("      \"integrity\": \"sha512-K8rT0Ll0kU0dJmD3cJ8pXm1N3Yd9f0c3d5X7jQ2Z8b4y6V1o9u7t5s3r1p==\"", "package-lock.json")]
    [TestCase("ssh_key = \"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8kd93kfj39dkf93kdj39dkf93kd\"", "a.yaml")]
    [TestCase("curl -H \"Authorization: Bearer $TOKEN\" https://api.shop.org", "a.sh")]
    [TestCase("curl -u user:password https://api.shop.org", "a.sh")]
    [TestCase("curl -u \"$USER:$PASS\" https://api.shop.org", "a.sh")]
    [TestCase("curl -H 'Accept: application/json' -H 'Authorization: Bearer <token>' https://api.shop.org", "a.sh")]
    public void Leaves_alone_what_only_looks_like_a_secret(string text, string path)
    {
        Assert.That(Rules(text + "\n", path), Is.Empty);
    }

    [Test]
    public void Leaves_random_values_under_harmless_names_alone()
    {
        var random = new Random(5);

        foreach (var name in (string[])["sha256", "checksum", "commit", "etag", "publicKey", "token_id", "key_name", "secretArn", "apiVersion", "keyFingerprint", "cacheKey", "primary_key", "csrfToken", "trace_id", "digest", "tokenizer", "passwordHash", "author", "keyboard"])
        {
            foreach (var shape in (string[])["{h32}", "{h40}", "{h64}", "{a32}", "{b44}="])
            {
                var text = $"{name}: \"{SecretSamples.Make(shape, random)}\"\n";
                Assert.That(Rules(text, "a.yaml"), Is.Empty, text);
            }
        }
    }

    [Test]
    public void Finds_a_private_key_and_not_its_public_half()
    {
        var random = new Random(6);
        var body = string.Join('\n', Enumerable.Range(0, 12).Select(_ => SecretSamples.Fill('b', 64, random)));

        Assert.That(Rules($"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n", "id_rsa"), Is.EqualTo(new[] { "private-key" }));
        Assert.That(Rules($"key: \"-----BEGIN PRIVATE KEY-----\\n{body.Replace("\n", "\\n", StringComparison.Ordinal)}\\n-----END PRIVATE KEY-----\\n\"", "a.json"), Is.EqualTo(new[] { "private-key" }));
        Assert.That(Rules($"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n", "id.pub"), Is.Empty);
        Assert.That(Rules("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n", "readme.md"), Is.Empty);
    }

    [Test]
    public void Finds_the_values_of_a_secret_manifest_once()
    {
        const string Manifest = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  username: b3JkZXJz\n  password: ZDhLczkyTGQwcVp4\n";

        Assert.That(Rules(Manifest, "secret.yaml"), Is.EqualTo(new[] { "kubernetes-secret-yaml" }));
        Assert.That(Rules("apiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  stringData: {token: d8Ks92Ld0qZx}\n", "a.yml"), Is.EqualTo(new[] { "kubernetes-secret-yaml" }));
        Assert.That(Rules(Manifest.Replace("ZDhLczkyTGQwcVp4", "{{ .Values.password | b64enc }}", StringComparison.Ordinal).Replace("b3JkZXJz", "{{ x }}", StringComparison.Ordinal), "secret.yaml"), Is.Empty);
        Assert.That(Rules("kind: ConfigMap\ndata:\n  username: b3JkZXJz\n", "a.yaml"), Is.Empty);
        Assert.That(Rules("kind: SealedSecret\nspec:\n  encryptedData:\n    password: AgBy3i4OJSWK+PiTySYZZA9rO43cGDEq\n", "a.yaml"), Is.Empty);
    }

    [Test]
    public void Finds_credentials_in_curl_commands()
    {
        Assert.That(Rules("curl -X POST \\\n  -H \"Authorization: Bearer d8Ks92Ld0qZxT5vB\" \\\n  https://api.shop.org\n", "a.sh"), Is.EqualTo(new[] { "curl-auth-header" }));
        Assert.That(Rules("curl --header 'X-API-Key: d8Ks92Ld0qZxT5vB' https://api.shop.org\n", "a.sh"), Is.EqualTo(new[] { "curl-auth-header" }));
        Assert.That(Rules("curl -s -u deploy:d8Ks92Ld0q https://api.shop.org\n", "a.sh"), Is.EqualTo(new[] { "curl-auth-user" }));
        Assert.That(Rules("curl --user 'deploy:d8Ks92Ld0q' https://api.shop.org\n", "README.md"), Is.EqualTo(new[] { "curl-auth-user" }));
    }

    [Test]
    public void Finds_passwords_in_terraform_and_nuget_files()
    {
        Assert.That(Rules("resource \"aws_db_instance\" \"a\" {\n  password = \"winter-orders\"\n}\n", "main.tf"), Is.EqualTo(new[] { "hashicorp-tf-password" }));
        Assert.That(Rules("<add key=\"ClearTextPassword\" value=\"winterorders9\" />", "nuget.config"), Is.EqualTo(new[] { "nuget-config-password" }));
        Assert.That(Rules("<add key=\"ClearTextPassword\" value=\"%FEED_PASSWORD%\" />", "nuget.config"), Is.Empty);
    }

    [Test]
    public void Finds_a_real_json_web_token_only()
    {
        string Part(string json) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var header = Part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
        var signature = SecretSamples.Fill('w', 43, new Random(3));

        Assert.That(Rules($"t = \"{header}.{Part("{\"sub\":\"u-81\",\"iss\":\"shop\",\"exp\":1893456000}")}.{signature}\"", "a.py"), Is.EqualTo(new[] { "jwt" }));
        Assert.That(Rules($"t = \"{header}.{Part("{\"sub\":\"1234567890\",\"name\":\"John Doe\"}")}.{signature}\"", "a.py"), Is.Empty);
        Assert.That(Rules($"t = \"eyJub3RhanNvbmhlYWRlcg.eyJub3RhanNvbmJvZHkx.{signature}\"", "a.py"), Is.Empty);
    }

    [Test]
    public void Never_shows_the_value()
    {
        var secret = SecretSamples.Make("ghp_{a36}", new Random(1));

        var finding = SecretPolicy.Check($"a\nb\ntoken={secret}\n", ".env").Findings.Single();

        Assert.That(finding.Line, Is.EqualTo(3));
        Assert.That(finding.ToString(), Does.Not.Contain(secret[6..]));
        Assert.That(finding.Message, Is.EqualTo("GitHub personal access token: ghp_… (40 characters)."));
    }

    [Test]
    public void Keeps_its_fingerprint_when_the_line_moves()
    {
        var secret = SecretSamples.Make("ghp_{a36}", new Random(1));

        var one = SecretPolicy.Check($"token={secret}\n", ".env").Findings.Single();
        var other = SecretPolicy.Check($"\n\n# moved\nTOKEN: {secret}\n", ".env").Findings.Single();

        Assert.That(other.Fingerprint, Is.EqualTo(one.Fingerprint));
    }

    [Test]
    public void Counts_what_a_comment_allows()
    {
        var secret = SecretSamples.Make("ghp_{a36}", new Random(1));

        var result = SecretPolicy.Check($"token={secret} # gitleaks:allow\n", ".env");

        Assert.That(result.Findings, Is.Empty);
        Assert.That(result.NotChecked.Single().Why, Does.Contain("gitleaks:allow"));
    }

    [Test]
    public void Has_a_rule_for_every_id_it_reports()
    {
        var known = SecretPolicy.Rules.Select(rule => rule.Id).ToHashSet();
        var reported = TokenRules.All.Select(rule => rule.Id).Concat(NamedRules.All.Select(rule => rule.Id))
            .Concat(["private-key", "kubernetes-secret-yaml", "curl-auth-header", "curl-auth-user", "nuget-config-password", "hashicorp-tf-password", "generic-api-key"]).ToHashSet();

        Assert.That(reported, Is.EquivalentTo(known));
    }

    private static string[] Rules(string text, string path) => [.. SecretPolicy.Check(text, path).Findings.Select(finding => finding.Rule)];
}
