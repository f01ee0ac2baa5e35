// How a robot asks for this secret, in each language: code, not prose. The key and the value are in no command line.
import { shellWord, type Names } from '../client-detail/snippets';

export const languages = ['curl', 'cli', 'python'] as const;
export type Language = (typeof languages)[number];

function curl({ url, project, targetSystem, label }: Names): string {
  return `export STRONGROOM_URL=${shellWord(url)}
curl --silent --show-error --fail-with-body --max-time 60 --retry 5 --cacert "$STRONGROOM_CA_FILE" \\
     -H @<(printf 'Authorization: Bearer %s' "$(cat "$STRONGROOM_KEY_FILE")") \\
     --get "$STRONGROOM_URL/api/v1/lookup/secrets" \\
     --data-urlencode ${shellWord(`project=${project}`)} \\
     --data-urlencode ${shellWord(`target_system=${targetSystem}`)} \\
     --data-urlencode ${shellWord(`label=${label}`)}`;
}

function cli({ url, project, targetSystem, label }: Names): string {
  return `export STRONGROOM_URL=${shellWord(url)}
strongroom lookup-secret --project ${shellWord(project)} --target-system ${shellWord(targetSystem)} --label ${shellWord(label)}
# In a script, as SECRET_USER_NAME and SECRET_VALUE
eval "$(strongroom lookup-secret --project ${shellWord(project)} --target-system ${shellWord(targetSystem)} --label ${shellWord(label)} --format env)"`;
}

function python({ url, project, targetSystem, label }: Names): string {
  return `import json, os, ssl, urllib.parse, urllib.request

query = urllib.parse.urlencode({
    "project": ${JSON.stringify(project)},
    "target_system": ${JSON.stringify(targetSystem)},
    "label": ${JSON.stringify(label)}})
with open(os.environ["STRONGROOM_KEY_FILE"], encoding="ascii") as file:
    key = file.read().strip()
request = urllib.request.Request(
    ${JSON.stringify(url)} + "/api/v1/lookup/secrets?" + query,
    headers={"Authorization": f"Bearer {key}"})
trust = ssl.create_default_context(cafile=os.environ.get("STRONGROOM_CA_FILE"))
with urllib.request.urlopen(request, timeout=60, context=trust) as answer:
    secret = json.load(answer)
user_name, value = secret["user_name"], secret["value"]`;
}

const writers: Record<Language, (names: Names) => string> = { curl, cli, python };

export function snippet(language: Language, names: Names): string {
  return writers[language](names);
}
