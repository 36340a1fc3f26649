using System.Globalization;
using System.Text;
using Agentic.Agents.Policy.Secrets;

namespace Agentic.Tests.Policy.Secrets;

/// <summary>
/// A labelled set, made with a seed so that no key stands in the repository: every known shape and many random values in the notations people
/// write them in, and beside them as many values that only look like secrets. Reports precision and recall over all of them.
/// </summary>
internal sealed class SecretSetTests
{
    private const int Rounds = 6;

    private static readonly (string Path, string Format)[] Notations =
    [
        (".env", "{0}={1}\n"), (".env.production", "export {0}='{1}'\n"), ("values.yaml", "app:\n  {0}: {1}\n"), ("values.yaml", "env:\n  - name: {0}\n    value: \"{1}\"\n"),
        ("appsettings.json", "{{ \"Shop\": {{ \"{0}\": \"{1}\" }} }}\n"), ("app.properties", "shop.{0} = {1}\n"), ("settings.py", "{0} = \"{1}\"\n"), ("main.go", "\t{0} := \"{1}\"\n"),
        ("client.ts", "const config = {{ {0}: '{1}' }};\n"), ("App.java", "private static final String {0} = \"{1}\";\n"), ("app.rb", "{0} => '{1}',\n"), ("config.php", "'{0}' => '{1}',\n"),
        ("main.rs", "const {0}: &str = \"{1}\";\n"), ("web.config", "<add key=\"{0}\" value=\"{1}\" />\n"), ("main.tf", "  {0} = \"{1}\"\n"), ("Dockerfile", "ENV {0}={1}\n"), ("run.ps1", "${0} = \"{1}\"\n"), ("app.toml", "{0} = '{1}'\n"),
    ];

    private static readonly string[] Names = ["api_key", "API_SECRET", "clientSecret", "db_password", "accessToken", "SIGNING_KEY", "authToken", "admin_passwd"];

    private static readonly string[] Addresses =
        ["postgres://shop:{0}@db.internal:5432/shop", "amqps://svc:{0}@mq.internal/vhost", "https://deploy:{0}@git.internal/shop.git", "mongodb+srv://app:{0}@cluster0.internal/shop?w=majority", "redis://:{0}@cache.internal:6379/0"];

    [Test]
    public void Finds_what_is_secret_and_little_else_in_a_labelled_set()
    {
        var (found, missed, wrong, clean) = (0, new List<string>(), new List<string>(), 0);
        foreach (var (path, text) in Secrets())
        {
            if (SecretPolicy.Check(text, path).Findings.Count > 0)
            {
                found++;
            }
            else
            {
                missed.Add($"{path}: {text}");
            }
        }

        foreach (var (path, text) in LookAlikes())
        {
            if (SecretPolicy.Check(text, path).Findings.Count > 0)
            {
                wrong.Add($"{path}: {text}");
            }
            else
            {
                clean++;
            }
        }

        var precision = (double)found / (found + wrong.Count);
        var recall = (double)found / (found + missed.Count);
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found + missed.Count} secrets, {wrong.Count + clean} look-alikes: precision {precision:F4}, recall {recall:F4}"));
        Assert.That((found + missed.Count, wrong.Count + clean), Is.EqualTo((1392, 1278)));
        Assert.That(precision, Is.GreaterThanOrEqualTo(0.99), string.Concat(wrong.Take(20)));
        Assert.That(recall, Is.GreaterThanOrEqualTo(0.98), string.Concat(missed.Take(20)));
    }

    private static IEnumerable<(string Path, string Text)> Secrets()
    {
        var random = new Random(5);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (_, shape) in SecretSamples.Tokens)
            {
                yield return In(Pick(Notations, random), "value", SecretSamples.Make(shape, random));
            }

            foreach (var notation in Notations)
            {
                foreach (var name in Names)
                {
                    yield return In(notation, name, SecretSamples.Make(Pick(["{a24}", "{w32}", "{a40}", "{h32}", "{b43}="], random), random));
                }
            }

            foreach (var address in Addresses)
            {
                yield return In(Pick(Notations, random), "database_url", string.Format(CultureInfo.InvariantCulture, address, SecretSamples.Fill('a', 20, random)));
            }

            yield return ("deploy.sh", $"curl -s -H 'Authorization: Bearer {SecretSamples.Fill('a', 40, random)}' https://shop.internal/deploy\n");
            yield return ("deploy.sh", $"curl -u admin:{SecretSamples.Fill('a', 18, random)} \\\n  https://shop.internal/deploy\n");
            yield return ("id_rsa", $"-----BEGIN RSA PRIVATE KEY-----\n{Lines(random, 12)}-----END RSA PRIVATE KEY-----\n");
            yield return ("service.json", $"{{\"type\": \"service_account\", \"private_key\": \"-----BEGIN PRIVATE KEY-----\\n{Lines(random, 10).ReplaceLineEndings("\\n")}-----END PRIVATE KEY-----\\n\"}}\n");
            yield return ("secret.yaml", $"apiVersion: v1\ndata:\n  password: {Base64(SecretSamples.Fill('a', 12, random))}\nkind: Secret\nmetadata:\n  name: db\n");
            yield return ("token.txt", $"{Base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}").TrimEnd('=')}.{Base64($"{{\"sub\":\"{SecretSamples.Uuid(random)}\"}}").TrimEnd('=')}.{SecretSamples.Fill('w', 43, random)}\n");
            yield return ("appsettings.json", $"{{ \"Default\": \"Server=db;User Id=shop;Password={SecretSamples.Fill('a', 20, random)};Encrypt=true\" }}\n");
        }
    }

    private static IEnumerable<(string Path, string Text)> LookAlikes()
    {
        var random = new Random(6);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var notation in Notations)
            {
                foreach (var value in (string[])["changeme", "your-api-key-here", "${VAULT_TOKEN}", "<insert-token>", "xxxxxxxxxxxxxxxxxxxx", "{{ .Values.token }}"])
                {
                    yield return In(notation, Pick(Names, random), value);
                }

                yield return In(notation, Pick(["request_id", "tenantId", "correlation_id"], random), SecretSamples.Uuid(random));
                yield return In(notation, Pick(["commit_sha", "sha256", "image_digest", "content_hash"], random), SecretSamples.Fill('h', 64, random));
                yield return In(notation, Pick(["secret_name", "token_url", "key_vault_name", "password_policy"], random), "shop-orders-" + Pick(["production", "staging", "west"], random));
                yield return In(notation, Pick(["primary_key", "cache_key", "partitionKey"], random), Pick(["orders:2026:items", "customer_id", "shop-order-lines"], random));
                yield return In(notation, "next_page_token", SecretSamples.Fill('b', 40, random));
            }

            yield return ("package-lock.json", $"{{\"integrity\": \"sha512-{SecretSamples.Fill('b', 86, random)}==\", \"token\": \"{SecretSamples.Fill('a', 30, random)}\"}}\n");
            yield return ("index.html", $"<script src=\"a.js\" integrity=\"sha384-{SecretSamples.Fill('b', 64, random)}\"></script>\n");
            yield return ("known_hosts", $"git.internal ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{SecretSamples.Fill('b', 43, random)}\n");
            yield return ("cert.pem", $"-----BEGIN CERTIFICATE-----\n{Lines(random, 12)}-----END CERTIFICATE-----\n");
            yield return ("docker-compose.yml", "    DATABASE_URL: postgres://postgres:postgres@db:5432/shop\n");
            yield return ("run.sh", "curl -u \"$USER:$PASSWORD\" https://shop.internal/\n");
            yield return ("run.sh", "git clone https://oauth2:${GIT_TOKEN}@git.internal/shop.git\n");
            yield return ("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  password: ${DB_PASSWORD}\n");
            yield return ("deploy.yaml", "spec:\n  containers:\n    - env:\n        - name: DB_PASSWORD\n          valueFrom: {secretKeyRef: {name: db, key: password}}\n");
            yield return ("Startup.cs", "var token = configuration[\"Shop:ApiToken\"];\nvar secret = await vault.GetSecretAsync(\"orders-database-password\");\n");
            yield return ("users.json", "{\"password\": \"$2b$12$" + SecretSamples.Fill('a', 53, random) + "\"}\n");
            yield return ("notes.md", $"Fixed in {SecretSamples.Fill('h', 40, random)}, see the token handling in auth.\n");
            yield return ("login_test.go", $"\ttoken := \"{SecretSamples.Fill('a', 32, random)}\"\n");
            yield return ("icons.css", $"background: url(data:image/png;base64,{SecretSamples.Fill('b', 200, random)});\n");
            yield return ("main.tf", "  password = var.db_password\n  secret_arn = aws_secretsmanager_secret.db.arn\n");
        }
    }

    private static (string Path, string Text) In((string Path, string Format) notation, string name, string value) =>
        (notation.Path, string.Format(CultureInfo.InvariantCulture, notation.Format, name, value));

    private static T Pick<T>(IReadOnlyList<T> items, Random random) => items[random.Next(items.Count)];

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Lines(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => SecretSamples.Fill('b', 64, random) + "\n"));
}
