using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Tests.Operations;

internal sealed class RedactorTests
{
    private readonly Redactor _redactor = new();

    [TestCase("key AKIAIOSFODNN7EXAMPLE used", "key [redacted] used")]
    [TestCase("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[redacted]")]
    [TestCase("glpat-abcdefghij0123456789", "[redacted]")]
    [TestCase("xoxb-1234567890-abcdefghij", "[redacted]")]
    [TestCase("post to https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXX", "post to https://[redacted]")]
    [TestCase("sk-ant-api03-abcdefghijklmnopqrstuvwxyz", "[redacted]")]
    [TestCase("key=agk_0123456789abcdef0123456789abcdef", "key=[redacted]")]
    [TestCase("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl", "[redacted]")]
    [TestCase("AIzaSyA1234567890abcdefghijklmnopqrstuv", "[redacted]")]
    [TestCase("postgres://app:s3cr3t@db:5432/app", "postgres://app:[redacted]@db:5432/app")]
    [TestCase("amqp://app:p@ss@w0rd@mq/", "amqp://app:[redacted]@mq/")]
    [TestCase("Authorization: Bearer abcdef0123456789", "Authorization: Bearer [redacted]")]
    [TestCase("authorization: basic dXNlcjpwYXNz", "authorization: basic [redacted]")]
    [TestCase("Cookie: agentic_session=abc.def; theme=dark", "Cookie: [redacted] theme=dark")]
    [TestCase("Host=db;Username=app;Password=hunter2;Database=x", "Host=db;Username=app;Password=[redacted];Database=x")]
    [TestCase("AccountKey=abcdefgh12345678==;EndpointSuffix=core", "AccountKey=[redacted];EndpointSuffix=core")]
    [TestCase("DB_PASSWORD=p@ss$word{1}", "DB_PASSWORD=[redacted]}")]
    [TestCase("password: 'it is \"long\" and has spaces'", "password: '[redacted]'")]
    [TestCase("""{"password":"a \"quoted\" one","name":"x"}""", """{"password":"[redacted]","name":"x"}""")]
    [TestCase("{\\\"token\\\":\\\"abcdefgh\\\",\\\"n\\\":1}", "{\\\"token\\\":\\\"[redacted]\\\",\\\"n\\\":1}")]
    [TestCase("GET /x?access_token=abcdefgh&page=2", "GET /x?access_token=[redacted]&page=2")]
    [TestCase("https://b.example/x?X-Amz-Signature=deadbeef&X=1", "https://b.example/x?X-Amz-Signature=[redacted]&X=1")]
    [TestCase("login --password hunter2 now", "login --password [redacted] now")]
    [TestCase("apiKey => 'abcdefgh'", "apiKey => '[redacted]'")]
    [TestCase("client_secret = abcdefgh.", "client_secret = [redacted].")]
    public void Takes_out_a_secret_by_its_shape_or_name(string text, string expected) =>
        Assert.That(_redactor.Redact(text), Is.EqualTo(expected));

    [TestCase("password: ${DB_PASSWORD}")]
    [TestCase("password: ${{ secrets.DB_PASSWORD }}")]
    [TestCase("TOKEN=$GITHUB_TOKEN")]
    [TestCase("password={{ vault_password }}")]
    [TestCase("password=os.environ[\"DB_PASSWORD\"]")]
    [TestCase("const token = request.headers.authorization")]
    [TestCase("token = await_token(request)")]
    [TestCase("\"password\": \"string\"")]
    [TestCase("max_tokens=4096 tokens: 123456")]
    [TestCase("arn:aws:secretsmanager:us-east-1:123456789012:secret/name")]
    [TestCase("permissions: { id-token: write }")]
    [TestCase("The token is missing, send one.")]
    [TestCase("secretKeyRef: user-service-db")]
    [TestCase("https://example.com:8080/path@version")]
    [TestCase("PWD=/home/app/src")]
    public void Leaves_what_only_speaks_of_secrets(string text) => Assert.That(_redactor.Redact(text), Is.EqualTo(text));

    [Test]
    public void Takes_out_secrets_that_are_names_and_loses_no_value()
    {
        var map = new JsonObject { ["ghp_abcdefghijklmnopqrstuvwxyz0123456789"] = 1, ["ghp_abcdefghijklmnopqrstuvwxyz9876543210"] = 2, ["plain"] = 3 };

        Assert.That(_redactor.Redact(map)!.ToJsonString(), Is.EqualTo("""{"[redacted]":1,"[redacted] 2":2,"plain":3}"""));
    }

    [Test]
    public void Takes_out_a_private_key_whole_even_with_headers_in_it()
    {
        const string Text = "before\n-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,AB\n\nMIIE\nabcd\n-----END RSA PRIVATE KEY-----\nafter -----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----";

        Assert.That(_redactor.Redact(Text), Is.EqualTo("before\n[redacted]\nafter -----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----"));
        Assert.That(_redactor.Redact("-----BEGIN PRIVATE KEY-----\nMIIE cut off"), Is.EqualTo("[redacted]"));
    }

    [Test]
    public void Takes_out_members_by_name_wherever_they_stand()
    {
        var node = JsonNode.Parse("""{"user":"app","password":"x","nested":[{"apiKey":"y","pin":1,"DB_PASSWORD":"${DB_PASSWORD}"}],"credentials":["a","b"],"token":{"kind":"jwt"},"hasSecret":true}""");

        Assert.That(_redactor.Redact(node, ["pin"])!.ToJsonString(), Is.EqualTo(
            """{"user":"app","password":"[redacted]","nested":[{"apiKey":"[redacted]","pin":"[redacted]","DB_PASSWORD":"${DB_PASSWORD}"}],"credentials":["[redacted]","[redacted]"],"token":{"kind":"jwt"},"hasSecret":true}"""));
    }

    [Test]
    public void Changes_nothing_when_done_twice()
    {
        const string Text = "Password=hunter22; postgres://a:b12345@c Authorization: Bearer abcdefgh12 {\"secret\":\"abcdefgh\"}";
        var once = _redactor.Redact(Text);

        Assert.That(_redactor.Redact(once), Is.EqualTo(once));
    }

    [Test]
    public void Ends_on_any_text()
    {
        var chance = new Random(7);
        const string Alphabet = "password=:'\"\\ {}[]$-@/.token BEGIN PRIVATE KEY-----abc\n;&<";

        for (var round = 0; round < 2000; round++)
        {
            var text = new string([.. Enumerable.Range(0, chance.Next(200)).Select(_ => Alphabet[chance.Next(Alphabet.Length)])]);
            Assert.That(() => _redactor.Redact(text), Throws.Nothing, text);
        }
    }

    [Test]
    public void Finds_a_planted_secret_in_any_surroundings()
    {
        var chance = new Random(11);
        string[] plants = ["AKIAABCDEFGHIJKLMNOP", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "password=Tr0ub4dor&3x", "\"clientSecret\": \"correct horse\"", "https://u:pa55word1@h/"];
        string[] hidden = ["AKIAABCDEFGHIJKLMNOP", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "Tr0ub4dor", "correct horse", "pa55word1"];
        const string Around = "abc ,;(){}[]\n\t<>.";

        for (var round = 0; round < 1000; round++)
        {
            var which = chance.Next(plants.Length);
            string Noise() => new([.. Enumerable.Range(0, chance.Next(40)).Select(_ => Around[chance.Next(Around.Length)])]);
            var text = $"{Noise()} {plants[which]} {Noise()}";
            Assert.That(_redactor.Redact(text), Does.Not.Contain(hidden[which]), text);
        }
    }
}
