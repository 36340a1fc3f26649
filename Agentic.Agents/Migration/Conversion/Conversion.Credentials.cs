using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    /// <summary>The name a Jenkins credential has among the secrets.</summary>
    private static string SecretName(Value? id, string fallback) => id switch
    {
        Known { Content: string text } when text.Trim().Length > 0 => Upper(text),
        Composed composed => Upper(string.Join("_", composed.Pieces.Select(piece => piece.Literal ?? piece.Variable))),
        _ => Upper(fallback),
    };

    private Value WithCredentials(Call call, Closure body, Scope scope, Surroundings around)
    {
        var head = call.Arguments.Count > 0 ? call.Arguments[0].Value : call;
        var bindings = head is ListLiteral list ? list.Items : call.Arguments.Where(argument => argument.Value is not Closure && argument.Name is null).Select(argument => argument.Value).ToList();
        Mark(call.Head, Fate.Converted, "env of the steps inside");
        var files = new List<WorkflowStep>();
        if (head is not (ListLiteral or Call) && bindings.Count > 0)
            Mark(call.Head, Fate.Manual, $"the credentials of {Quote(call.Head, 60)} are not written here: set env from secrets on the steps inside");
        foreach (var binding in bindings)
        {
            var (kind, named) = binding switch
            {
                Call bound => (bound.StepName ?? "", bound.Arguments.Where(argument => argument.Name is not null).ToDictionary(argument => argument.Name!, argument => argument.Value, StringComparer.Ordinal)),
                MapLiteral map => ((map.Entries.FirstOrDefault(entry => entry.Name == "$class")?.Value as Text)?.Constant ?? "", map.Entries.Where(entry => entry.Name is not null).GroupBy(entry => entry.Name!, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Value, StringComparer.Ordinal)),
                _ => ("", []),
            };
            if (named.Count == 0)
            {
                Mark(binding.Span, Fate.Manual, $"the credential {Quote(binding.Span, 60)} is not written out here: set env from a secret on the steps inside");
                continue;
            }

            Value? Named(string name) => named.TryGetValue(name, out var value) ? Evaluate(value, scope, around) : null;
            var id = Named("credentialsId");
            string VariableOf(string name, string fallback) => Named(name) is Known { Content: string text } ? EnvName(text) : fallback;
            var baseName = SecretName(id, VariableOf("variable", VariableOf("usernameVariable", VariableOf("passwordVariable", Invariant($"CREDENTIAL_OF_LINE_{LineOf(binding)}")))));
            var fate = id is Known ? Fate.Converted : Fate.Approximated;
            var note = id is Known ? "env from secrets" : $"the credential's name is computed; the secret is called {baseName}";
            void Bind(string variable, string secret, string what)
            {
                NeedSecret(secret, what);
                around = around.WithEnv(variable, "${{ secrets." + secret + " }}");
            }

            switch (kind.ToLowerInvariant())
            {
                case "string" or "stringbinding" or "org.jenkinsci.plugins.credentialsbinding.impl.stringbinding":
                    Bind(VariableOf("variable", baseName), baseName, "text");
                    break;
                case "usernamepassword" or "usernamepasswordmultibinding" or "conjursecretusername" or "gitusernamepassword":
                    Bind(VariableOf("usernameVariable", "USERNAME"), baseName + "_USR", "user name");
                    Bind(VariableOf("passwordVariable", "PASSWORD"), baseName + "_PSW", "password");
                    if (kind == "gitUsernamePassword") (fate, note) = (Fate.Approximated, "git itself is not told about the credential: use it in the remote's URL or a credential helper");
                    break;
                case "usernamecolonpassword" or "usernamepasswordbinding":
                    NeedSecret(baseName + "_USR", "user name");
                    NeedSecret(baseName + "_PSW", "password");
                    around = around.WithEnv(VariableOf("variable", baseName), $"${{{{ secrets.{baseName}_USR }}}}:${{{{ secrets.{baseName}_PSW }}}}");
                    break;
                case "file" or "filebinding" or "zip" or "zipfilebinding" or "kubeconfigfile" or "kubeconfigcontent":
                    files.Add(SecretFile(VariableOf("variable", baseName), baseName, "file", binding, ref around));
                    if (kind.StartsWith("zip", StringComparison.OrdinalIgnoreCase)) (fate, note) = (Fate.Approximated, "Jenkins would have unpacked the archive: do it in a step");
                    break;
                case "sshuserprivatekey" or "sshuserprivatekeybinding":
                    files.Add(SecretFile(VariableOf("keyFileVariable", "SSH_KEY_FILE"), baseName, "SSH private key", binding, ref around));
                    if (named.ContainsKey("usernameVariable")) Bind(VariableOf("usernameVariable", "SSH_USER"), baseName + "_USR", "user name");
                    if (named.ContainsKey("passphraseVariable")) Bind(VariableOf("passphraseVariable", "SSH_PASSPHRASE"), baseName + "_PASSPHRASE", "passphrase");
                    break;
                case "aws" or "amazonwebservicescredentialsbinding" or "com.cloudbees.jenkins.plugins.awscredentials.amazonwebservicescredentialsbinding":
                    Bind(VariableOf("accessKeyVariable", "AWS_ACCESS_KEY_ID"), baseName + "_ACCESS_KEY_ID", "AWS access key");
                    Bind(VariableOf("secretKeyVariable", "AWS_SECRET_ACCESS_KEY"), baseName + "_SECRET_ACCESS_KEY", "AWS secret key");
                    (fate, note) = (Fate.Approximated, "env from secrets; better, give the workflow a role through OpenID Connect");
                    break;
                default:
                    var bound = false;
                    foreach (var (name, expression) in named.Where(pair => pair.Key.EndsWith("ariable", StringComparison.Ordinal)))
                    {
                        if (Evaluate(expression, scope, around) is not Known { Content: string variable }) continue;
                        Bind(EnvName(variable), baseName + "_" + Upper(name.Replace("Variable", "", StringComparison.OrdinalIgnoreCase)), "part of a credential of kind " + kind);
                        bound = true;
                    }

                    if (!bound) Bind(baseName, baseName, "credential of kind " + kind);
                    (fate, note) = (Fate.Approximated, $"a credential of kind {kind}: its parts are secrets of their own");
                    break;
            }

            if (fate == Fate.Converted && named.GetValueOrDefault("credentialsId") is not (Text { Constant: not null } or null)) (fate, note) = (Fate.Approximated, $"env from secrets; the credential's name is worked out: {baseName}");
            Mark(binding.Span, fate, note);
        }

        var result = Inside(body, scope, around);
        foreach (var file in files)
        {
            var remove = new WorkflowStep { Name = "Remove the secret file", Run = $"rm -rf \"$RUNNER_TEMP/{file.Env["SECRET_FILE"]}\"" };
            if (_allocation?.Windows == true) remove.Shell = "bash";
            Emit(remove, around with { Status = "always()", Retries = 1, Attempt = null, Image = null, Env = [] }, call);
        }

        return result;
    }

    /// <summary>A secret that must be a file is written before the steps and removed after them.</summary>
    private WorkflowStep SecretFile(string variable, string secret, string kind, Node origin, ref Surroundings around)
    {
        NeedSecret(secret, kind);
        var name = secret.ToLowerInvariant();
        var step = new WorkflowStep { Name = "Write the secret file " + variable, Run = "(umask 077 && printf '%s\\n' \"$SECRET_CONTENT\" > \"$RUNNER_TEMP/$SECRET_FILE\")" };
        step.Env["SECRET_CONTENT"] = "${{ secrets." + secret + " }}";
        step.Env["SECRET_FILE"] = name;
        if (_allocation?.Windows == true) step.Shell = "bash";
        Emit(step, around with { Retries = 1, Image = null, Directory = null }, origin);
        around = around.WithEnv(variable, "${{ runner.temp }}/" + name);
        return step;
    }

    /// <summary><c>X = credentials('id')</c>: what kind it is only Jenkins knows, so the names that are used decide.</summary>
    private void EnvironmentCredential(string variable, Value? id, Node origin, Action<string, string> set)
    {
        var secret = SecretName(id, variable);
        var pair = SourceMentions(variable + "_USR") || SourceMentions(variable + "_PSW");
        if (pair)
        {
            NeedSecret(secret + "_USR", "user name");
            NeedSecret(secret + "_PSW", "password");
            set(variable + "_USR", "${{ secrets." + secret + "_USR }}");
            set(variable + "_PSW", "${{ secrets." + secret + "_PSW }}");
            set(variable, $"${{{{ secrets.{secret}_USR }}}}:${{{{ secrets.{secret}_PSW }}}}");
        }
        else
        {
            NeedSecret(secret, "text, or user:password; Jenkins knows which");
            set(variable, "${{ secrets." + secret + " }}");
        }

        Mark(origin.Span, Fate.Approximated, pair ? $"secrets {secret}_USR and {secret}_PSW" : $"secret {secret}; for a file credential write it to a file first, Jenkins set {variable} to its path");
    }
}
