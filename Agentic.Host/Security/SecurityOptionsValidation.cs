using Microsoft.Extensions.Options;

namespace Agentic.Host.Security;

/// <summary>Says every setting under <c>Auth</c> that cannot work, and never repeats a key.</summary>
internal sealed class SecurityOptionsValidation : IValidateOptions<SecurityOptions>
{
    public ValidateOptionsResult Validate(string? name, SecurityOptions options)
    {
        List<string> problems = [.. options.Mode switch
        {
            AuthMode.ApiKey => ApiKey(options.ApiKey),
            AuthMode.Jwt => Jwt(options.Jwt),
            _ => [],
        }];
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> ApiKey(ApiKeyOptions options)
    {
        if (options.Bootstrap is { Length: > 0 } key && (!key.StartsWith(ApiKeyText.Prefix, StringComparison.Ordinal) || key.Length < ApiKeyText.Prefix.Length + ApiKeyText.ShortestBootstrap))
            yield return $"Auth:ApiKey:Bootstrap must be '{ApiKeyText.Prefix}' and at least {ApiKeyText.ShortestBootstrap} random characters. Make one with: echo agk_$(openssl rand -hex 32)";
    }

    private static IEnumerable<string> Jwt(JwtOptions options)
    {
        if (string.IsNullOrEmpty(options.Audience))
            yield return "Auth:Jwt:Audience is missing; name the audience your issuer writes into tokens for this host.";
        if (string.IsNullOrEmpty(options.Authority) && options.SigningKeys.Length == 0)
            yield return "Auth:Jwt needs an Authority (the issuer's address) or SigningKeys.";
        if (string.IsNullOrEmpty(options.Authority) && string.IsNullOrEmpty(options.Issuer))
            yield return "Auth:Jwt:Issuer is missing; without an Authority it says whose tokens are accepted.";
    }
}
