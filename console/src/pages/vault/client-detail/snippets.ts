// How a robot asks for this client's token, in each language: docs/robots.md with the names filled in. Code, not prose.

/** What goes into the snippets. */
export interface Names {
  url: string;
  id: string;
  project: string;
  targetSystem: string;
  label: string;
}

export const languages = ['curl', 'cli', 'python', 'powershell', 'csharp', 'robot_framework'] as const;
export type Language = (typeof languages)[number];

/** A word of a POSIX shell. */
export function shellWord(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** A string of Python: JSON's escapes are Python's too. */
function pythonString(value: string): string {
  return JSON.stringify(value);
}

/** In PowerShell single quotes, of which it knows several, nothing but such a quote means anything. */
export function powershellString(value: string): string {
  return `'${value.replace(/['\u2018\u2019\u201a\u201b]/g, (quote) => quote + quote)}'`;
}

function csharpString(value: string): string {
  // A verbatim string: only a quote is written otherwise.
  return `@"${value.replaceAll('"', '""')}"`;
}

/** A cell of Robot Framework: backslashes, variables and the blanks that would end it. */
export function robotCell(value: string): string {
  return value.replace(/[\\$@%&#=]/g, (sign) => `\\${sign}`).replace(/ (?= )/g, ' \\');
}

function curl({ url, project, targetSystem, label }: Names): string {
  return `export STRONGROOM_URL=${shellWord(url)}
curl --silent --show-error --fail-with-body --max-time 60 --retry 5 --cacert "$STRONGROOM_CA_FILE" \\
     -H @<(printf 'Authorization: Bearer %s' "$(cat "$STRONGROOM_KEY_FILE")") \\
     --get "$STRONGROOM_URL/api/v1/lookup/oauth-clients" \\
     --data-urlencode ${shellWord(`project=${project}`)} \\
     --data-urlencode ${shellWord(`target_system=${targetSystem}`)} \\
     --data-urlencode ${shellWord(`label=${label}`)} \\
     --data-urlencode 'min_ttl=60'`;
}

function cliQuestion({ project, targetSystem, label }: Names): string {
  return `--project ${shellWord(project)} --target-system ${shellWord(targetSystem)} --label ${shellWord(label)}`;
}

function cli(names: Names): string {
  return `export STRONGROOM_URL=${shellWord(names.url)}
strongroom token ${cliQuestion(names)} --min-ttl 60`;
}

function python({ url, project, targetSystem, label }: Names): string {
  return `import json, os, ssl, urllib.parse, urllib.request

query = urllib.parse.urlencode({
    "project": ${pythonString(project)},
    "target_system": ${pythonString(targetSystem)},
    "label": ${pythonString(label)},
    "min_ttl": 60})
with open(os.environ["STRONGROOM_KEY_FILE"], encoding="ascii") as file:
    key = file.read().strip()
request = urllib.request.Request(
    ${pythonString(url)} + "/api/v1/lookup/oauth-clients?" + query,
    headers={"Authorization": f"Bearer {key}"})
trust = ssl.create_default_context(cafile=os.environ.get("STRONGROOM_CA_FILE"))
with urllib.request.urlopen(request, timeout=60, context=trust) as answer:
    token = json.load(answer)["access_token"]`;
}

function powershell({ url, project, targetSystem, label }: Names): string {
  return `$key = (Get-Content -Raw $env:STRONGROOM_KEY_FILE).Trim()
$uri = ${powershellString(url)} + '/api/v1/lookup/oauth-clients' +
    "?project=$([uri]::EscapeDataString(${powershellString(project)}))" +
    "&target_system=$([uri]::EscapeDataString(${powershellString(targetSystem)}))" +
    "&label=$([uri]::EscapeDataString(${powershellString(label)}))&min_ttl=60"
$token = (Invoke-RestMethod -Uri $uri -Headers @{ Authorization = "Bearer $key" } -TimeoutSec 60).access_token`;
}

function csharp({ url, project, targetSystem, label }: Names): string {
  return `using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

var handler = new HttpClientHandler();
if (Environment.GetEnvironmentVariable("STRONGROOM_CA_FILE") is { } caFile)
{
    var ca = X509Certificate2.CreateFromPem(File.ReadAllText(caFile));
    handler.ServerCertificateCustomValidationCallback = (_, certificate, chain, errors) =>
    {
        // The name must fit, and the chain must end at this CA.
        if (errors.HasFlag(System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch)) return false;
        chain!.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(ca);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate!);
    };
}
var key = File.ReadAllText(Environment.GetEnvironmentVariable("STRONGROOM_KEY_FILE")!).Trim();
using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60) };
client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
var query = "?project=" + Uri.EscapeDataString(${csharpString(project)})
    + "&target_system=" + Uri.EscapeDataString(${csharpString(targetSystem)})
    + "&label=" + Uri.EscapeDataString(${csharpString(label)}) + "&min_ttl=60";
var answer = await client.GetFromJsonAsync<JsonElement>(${csharpString(url)} + "/api/v1/lookup/oauth-clients" + query);
var token = answer.GetProperty("access_token").GetString();`;
}

function robotFramework({ url, project, targetSystem, label }: Names): string {
  return `# A file strongroom_token.py beside the suite:
import json, os, ssl, urllib.parse, urllib.request

def access_token(project, target_system, label, min_ttl):
    query = urllib.parse.urlencode(
        {"project": project, "target_system": target_system, "label": label, "min_ttl": min_ttl})
    with open(os.environ["STRONGROOM_KEY_FILE"], encoding="ascii") as file:
        key = file.read().strip()
    request = urllib.request.Request(
        ${pythonString(url)} + "/api/v1/lookup/oauth-clients?" + query,
        headers={"Authorization": f"Bearer {key}"})
    trust = ssl.create_default_context(cafile=os.environ.get("STRONGROOM_CA_FILE"))
    with urllib.request.urlopen(request, timeout=60, context=trust) as answer:
        return json.load(answer)["access_token"]

# The suite:
*** Settings ***
Library    strongroom_token.py

*** Test Cases ***
Nightly Run
    # A token has no place in log.html and output.xml.
    \${level}=    Set Log Level    NONE
    \${token}=    Access Token    ${robotCell(project)}    ${robotCell(targetSystem)}    ${robotCell(label)}    min_ttl=\${300}
    Do The Work With    \${token}
    [Teardown]    Set Log Level    \${level}`;
}

const writers: Record<Language, (names: Names) => string> = {
  curl, cli, python, powershell, csharp, robot_framework: robotFramework,
};

export function snippet(language: Language, names: Names): string {
  return writers[language](names);
}

/** The other forms in which the command line writes a token. */
export function formatSnippet(names: Names): string {
  return `# The token alone
strongroom token ${cliQuestion(names)} --format bearer
# A header, for curl
strongroom token ${cliQuestion(names)} --format header | curl -H @- https://api.example.com/
# SASL for IMAP, POP and SMTP
strongroom token ${cliQuestion(names)} --format xoauth2 --user mailbox@example.com`;
}
