using System.Text;
using Agentic.Agents.Policy.Secrets;

namespace Agentic.Tests.Policy.Secrets;

/// <summary>What real repositories are full of and no one should be woken for, and beside each family the secret that is nearest to it.</summary>
public sealed class SecretNoiseTests
{
    [TestCase("RUN apt-key adv --keyserver keyserver.internal --recv-keys 9692C00E657DDE61", "Dockerfile", TestName = "A key id for a key server")]
    [TestCase("\"key\": \"CE7709D068DB5E88\"", "a.json", TestName = "An OpenPGP key id")]
    [TestCase("signingkey = D3CF72CC4006DE245C049566242831AEEE9DA2DD", ".gitconfig", TestName = "The print of a signing key")]
    [TestCase("command.change.password=Zm\\u011bnit heslo", "messages_cs.properties", TestName = "A translation in escapes")]
    [TestCase("password=\\u5bc6\\u7801\\u8f93\\u5165", "messages_zh.properties", TestName = "A translation in escapes of another alphabet")]
    [TestCase("\"grouping_key\": \"d6b3f958dfea98dc9ed2b57d5f0c48bb\"", "errors.json", TestName = "The key of a group")]
    [TestCase("key: \"e2e-tests-image-build\"", "pipeline.yml", TestName = "The name of a step")]
    [TestCase("<range key=\"from_500_to_1500_px\" from=\"500.0\"/>", "a.xml", TestName = "Words and numbers")]
    [TestCase("\"branch2-ann-key2\": \"branch2-ann-val2\"", "a.feature", TestName = "Words counted by one")]
    [TestCase("JOB_GCS_CREDENTIALS = 'apm-ci-gcs-plugin'", "Jenkinsfile", TestName = "The id of a credential")]
    [TestCase("dependency('org.jenkins-ci.plugins', 'credentials', '1415.v831096eb_5534')", "build.gradle", TestName = "A build number")]
    [TestCase("It uses a different credential (`shop-qa-ec2-77x`) here.", "plan.md", TestName = "A name in prose")]
    [TestCase("options: \"--workflow-key \\\"7c62c790-0340-86b2-61ce618d8f8c\\\" --list\"", "a.yaml", TestName = "A UUID that lost a group")]
    [TestCase("\"auth\": \"dXNlcm5hbWU6cGFzc3dvcmQ=\"", "config.json", TestName = "username:password in Base64")]
    [TestCase("raw_key = \"b2ggbm8gdGhpcyBpcyBiYWQ=\"", "main.yaml", TestName = "A sentence in Base64")]
    [TestCase("\"token\": \"eyJhbGciOiJSUzI1N\"", "api-doc.json", TestName = "The first letters of a JSON web token")]
    [TestCase("\"password\": \"U2FsdGVkX19Ji6JpgnVHW3V47OtMJwuKi1Yf9nc0aP5QcuzdnIrpzZ2zMC90f24g\"", "a.json", TestName = "Encrypted by OpenSSL")]
    [TestCase("password: '{cipher}7f3ac9d1e88b40a6bb2c5510a8d3f2'", "application.yml", TestName = "Encrypted by a config server")]
    [TestCase("spring.datasource.password=ENC(G6N718UuyPE5bHyWKyuLQSm02auQPUtm)", "app.properties", TestName = "Encrypted by Jasypt")]
    [TestCase("session_token: gAAAAABl3n0qTt5Zc8Kd92mfXw7RrVb1", "a.yaml", TestName = "Encrypted by Fernet")]
    [TestCase("userpasswd := \"shop:$2y$05$sBsSqk0OpSD1uTZkHXc4FeJ0Z70wLQdAX/82UiHuQOKbNbBrzs63m\"", "registry.go", TestName = "A line of htpasswd")]
    [TestCase("admin_password = \"P@$$w0rd1234!\"", "a.yaml", TestName = "password in signs")]
    [TestCase("db_password: \"4-v3ry-53cr37-p455w0rd\"", "a.yaml", TestName = "very secret password in digits")]
    [TestCase("clientToken: \"pub4306832bdc5f2b8b980c492ec2c11ef3\"", "rum.js", TestName = "A token for everyone's browser")]
    [TestCase("MX_RET _passCallGraphPass(mxnet::ext::graphPass_t4 pass,", "lib_api.cc", TestName = "A call in code")]
    [TestCase("const char* binary_file_token = \"______Light_Binary_File_Token______\\n\";", "a.cpp", TestName = "Words between underscores")]
    [TestCase("<input name=\"authenticity_token\" value=\"7SWa-Fo1_hsC6oovfBsJFLGPUl2EhkSWPbJhWANwgaJWBDl1vxd9VN\" />", "form.html", TestName = "The token of a form")]
    [TestCase("curl --header \"Sec-WebSocket-Key: SGVsbG8sIHdvcmxkIQ==\" http://shop.internal", "README.md", TestName = "The nonce of a web socket")]
    [TestCase("curl -u Administrator:Administrator http://localhost:8080", "README.md", TestName = "A user and the same as password")]
    [TestCase("curl --digest -u opencast_system_account:CHANGE_ME http://localhost", "README.md", TestName = "A password to change")]
    [TestCase("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "requests.http", TestName = "The textbook's Basic credentials")]
    public void Leaves_alone(string text, string path) => Assert.That(Rules(text + "\n", path), Is.Empty);

    [TestCase("\"grouping_secret\": \"d6b3f958dfea98dc9ed2b57d5f0c48bb\"", "errors.json", "generic-api-key")]
    [TestCase("\"access_token1\": \"k9Qz7Lx0Rw3vTn5b2Hd8\"", "a.json", "generic-api-key")]
    [TestCase("api_key = \"d3cf72cc4006de245c049566242831aeee9da2dd\"", "a.yaml", "generic-api-key")]
    [TestCase("\"password\": \"k9\\u002BQz7Lx0\\u0026Rw3vTn5\"", "a.json", "generic-api-key")]
    [TestCase("curl -u admin:qR7wz0Lx https://shop.internal", "a.sh", "curl-auth-user")]
    [TestCase("curl --user \"{acd3c08b-74e8-44f4}\":\"{ZqL5kVrX1n8tA2}\" https://shop.internal", "a.sh", "curl-auth-user")]
    public void Still_finds_the_secret_beside_it(string text, string path, string rule) => Assert.That(Rules(text + "\n", path), Is.EqualTo(new[] { rule }));

    [TestCase("<token>\n    {0}\n</token>\n", "settings.xml")]
    [TestCase("$apiToken .= \"{0}\";\n", "a.php")]
    [TestCase("API_TOKEN :::= \"{0}\"\n", "Makefile")]
    [TestCase("{{\"config.ini\": \"API_TOKEN={0}\\nBACKUP_ENABLED=true\"}}\n", "a.json")]
    [TestCase("java -Dshop.token={0} -jar shop.jar\n", "run.sh")]
    [TestCase("machine shop.internal login deploy password {0}\n", ".netrc")]
    [TestCase("headers = {{\"Authorization\": \"Bearer {0}\"}}\n", "client.py")]
    [TestCase("GET / HTTP/1.1\nAuthorization: Bearer {0}\n", "requests.http")]
    [TestCase("ENV API_TOKEN {0}\n", "Dockerfile")]
    [TestCase("set -gx API_TOKEN {0}\n", "config.fish")]
    [TestCase("{{\"name\": \"API_TOKEN\", \"value\": \"{0}\"}}\n", "task.json")]
    [TestCase("{{\"ParameterKey\": \"DbPassword\", \"ParameterValue\": \"{0}\"}}\n", "parameters.json")]
    [TestCase("env:\n- {{name: API_TOKEN, value: {0}}}\n", "deploy.yaml")]
    [TestCase("api_token: |\n  {0}\n", "a.yaml")]
    [TestCase("api_token: >-\n    {0}\nport: 80\n", "a.yaml")]
    [TestCase("<string name=\"api_secret\">{0}</string>\n", "strings.xml")]
    [TestCase("<key>ApiSecret</key>\n<string>{0}</string>\n", "Info.plist")]
    [TestCase("credentials {{\n  username \"shop\"\n  password \"{0}\"\n}}\n", "build.gradle")]
    [TestCase("ALTER USER shop WITH PASSWORD '{0}';\n", "users.sql")]
    [TestCase("variable \"shop_token\" {{\n  type    = string\n  default = \"{0}\"\n}}\n", "variables.tf")]
    public void Reads_every_way_to_write_it(string format, string path)
    {
        var random = new Random(format.Length);

        for (var round = 0; round < 20; round++)
        {
            var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, SecretSamples.Fill('a', 32, random));
            Assert.That(Rules(text, path), Is.EqualTo(new[] { "generic-api-key" }), text);
        }
    }

    [Test]
    public void Reads_the_product_of_a_property_given_to_a_program()
    {
        var token = SecretSamples.Fill('h', 40, new Random(2));

        Assert.That(Rules($"mvn sonar:sonar -Dsonar.host.url=https://sonar.internal -Dsonar.login={token}\n", "build.sh"), Is.EqualTo(new[] { "sonar-api-token" }));
    }

    [Test]
    public void Names_the_token_in_a_curl_command_too_for_it_says_where_to_revoke_it()
    {
        var token = SecretSamples.Make("glsa_{a32}_{h8}", new Random(3));

        Assert.That(Rules($"curl -H \"Authorization: Bearer {token}\" https://grafana.internal/api\n", "a.sh"), Is.EquivalentTo(new[] { "curl-auth-header", "grafana-service-account-token" }));
    }

    [Test]
    public void Finds_a_private_key_in_Base64_and_no_certificate()
    {
        var random = new Random(4);
        string Encoded(string kind) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"-----BEGIN {kind}-----\n{string.Join('\n', Enumerable.Range(0, 8).Select(_ => SecretSamples.Fill('b', 64, random)))}\n-----END {kind}-----\n"));

        Assert.That(Rules($"    client-key-data: {Encoded("RSA PRIVATE KEY")}\n", "kubeconfig"), Is.EqualTo(new[] { "private-key" }));
        Assert.That(Rules($"PRIVATE_KEY_B64={Encoded("PRIVATE KEY")}\n", ".env"), Is.EqualTo(new[] { "private-key" }));
        Assert.That(Rules($"    certificate-authority-data: {Encoded("CERTIFICATE")}\n", "kubeconfig"), Is.Empty);
        Assert.That(Rules($"apiVersion: v1\nkind: Secret\ndata:\n  tls.key: {Encoded("PRIVATE KEY")}\n", "a.yaml"), Is.EqualTo(new[] { "kubernetes-secret-yaml" }));
    }

    [Test]
    public void Finds_the_older_form_of_a_Teams_webhook()
    {
        var random = new Random(5);
        var url = SecretSamples.Make("https://outlook.office" + ".com/webhook/{g}@{g}/IncomingWebhook/{h32}/{g}", random);

        Assert.That(Rules($"  webhooks: {url}\n", "values.yaml"), Is.EqualTo(new[] { "microsoft-teams-webhook" }));
    }

    [Test]
    public void Leaves_an_example_of_an_interface_description_alone()
    {
        var key = SecretSamples.Fill('a', 32, new Random(6));

        Assert.That(Rules($"paths:\n  /tokens:\n    get:\n      responses:\n        '200':\n          example:\n            id: 7\n            secret_key: {key}\n", "openapi.yaml"), Is.Empty);
        Assert.That(Rules($"{{\n  \"examples\": {{\n    \"one\": {{\n      \"secret_key\": \"{key}\"\n    }}\n  }}\n}}\n", "openapi.json"), Is.Empty);
        Assert.That(Rules($"example:\n  id: 7\nserver:\n  secret_key: {key}\n", "values.yaml"), Is.EqualTo(new[] { "generic-api-key" }));
    }

    [TestCase("{a32}")]
    [TestCase("{L32}")]
    [TestCase("{U32}")]
    [TestCase("{w32}")]
    [TestCase("{h32}")]
    public void Finds_what_a_generator_made_whatever_words_chance_spells(string shape)
    {
        var random = new Random(8);
        var missed = Enumerable.Range(0, 1000).Select(_ => SecretSamples.Make(shape, random)).Where(value => Rules($"api_key: \"{value}\"\n", "a.yaml").Length == 0).ToArray();

        Assert.That(missed, Has.Length.LessThanOrEqualTo(5), string.Join('\n', missed));
    }

    [TestCase("orders-database-password-v2")]
    [TestCase("ShopOrderServiceClientSecret2")]
    [TestCase("shop.orders.payment.gateway.token1")]
    [TestCase("REFRESH_TOKEN_COOKIE_NAME_2")]
    [TestCase("strengthened-thresholds-2026")]
    [TestCase("MyHTTPServerAccessTokenProvider1")]
    public void Knows_words_when_it_sees_them(string value) => Assert.That(Rules($"api_token: \"{value}\"\n", "a.yaml"), Is.Empty);

    [Test]
    public void Knows_the_keys_that_manuals_print()
    {
        Assert.That(Rules("aws_access_key_id = " + "AKIA" + "IOSFODNN7CHANGED\n", "credentials"), Is.Empty);
        Assert.That(Rules("AccountKey=" + "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/" + "K1SZFPTOtr/KBHBeksoGMGw==;\n", "local.settings.json"), Is.Empty);
        Assert.That(Rules("<add key=\"ClearTextPassword\" value=\"33f!!" + "lloppa\" />", "nuget.config"), Is.Empty);
    }

    private static string[] Rules(string text, string path) => [.. SecretPolicy.Check(text, path).Findings.Select(finding => finding.Rule)];
}
