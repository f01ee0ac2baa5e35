// strongroom provider …: files that describe service providers, without a server.

#include "cli/program.h"

namespace strongroom::cli {

void Program::add_provider_files() {
  Command app = tree_.top().group("provider", "files that describe service providers");
  Command check = app.command(
      "check",
      "say what is wrong with provider files, and where\n\n"
      "FILE is a file or a directory with files *.json. Every problem is shown with its line, its\n"
      "place and what would be right. Nothing is sent anywhere, and no server is needed.\n\n"
      "Exit codes: 0 all are valid, 1 something is wrong, 2 usage, 3 there is no such file.\n\n"
      "Examples:\n"
      "  strongroom provider check example.json\n"
      "  strongroom provider check /etc/strongroom/providers\n"
      "  strongroom provider check --output json example.json");
  check.arguments("FILE", provider_check_.files, "a file or a directory");
  check.flag("--built-in", provider_check_.built_in,
             "they are to become part of the program: ids of built-in entries are no problem");
  check.option("--output", o_.output, "table or json")
      .must_be_one_of("--output", {"table", "json"});
  check.runs([this] {
    provider_check_.as_json = o_.output == "json";
    exit_code_ = commands_.check_provider_files(provider_check_);
  });
  add_provider_try(app);
}

void Program::add_provider_try(Command app) {
  Command tried = app.command(
      "try",
      "get a real token by an entry, and show what was sent and answered\n\n"
      "FILE|ID is a provider file, or the id of a built-in entry. The requests go from this "
      "program\n"
      "to the provider, no Strongroom server is needed, and nothing is kept. What is secret is\n"
      "shown as ***, and no token is ever shown. With authorization_code somebody signs in at the\n"
      "address that is printed; the provider must know the callback http://127.0.0.1/callback "
      "with\n"
      "any port, or with that of --port. A refresh token that comes is used once. At the end the\n"
      "tokens are revoked, where the entry says how.\n\n"
      "Examples:\n"
      "  strongroom provider try example.json --consumer-key app --consumer-secret-file "
      "secret.txt\n"
      "  strongroom provider try example.json --consumer-key app \\\n"
      "    --parameter domain=login.example.com --scope read\n"
      "  strongroom provider try github --consumer-key app --port 8765 --open");
  tried.argument("FILE|ID", provider_try_.entry, "a provider file or a built-in entry's id");
  tried.option("--grant", provider_try_.grant, "without: the first of the entry")
      .must_be_one_of("--grant", {"client_credentials", "authorization_code", "token_exchange"});
  tried.option("--consumer-key", provider_try_.consumer_key, "the application's client id")
      .must_be_given("--consumer-key");
  tried.option("--consumer-secret-file", provider_try_.consumer_secret_file,
               "file with its secret, - for standard input; without: it is asked for, unseen");
  tried.option("--subject-token-file", provider_try_.subject_token_file,
               "file with the access token that is exchanged (token_exchange)");
  tried
      .option("--client-authentication", provider_try_.client_authentication,
              "without: the first of the entry")
      .must_be_one_of("--client-authentication",
                      {"client_secret_basic", "client_secret_post", "client_secret_jwt"});
  tried.option("--parameter", provider_try_.parameters, "NAME=VALUE of the entry; repeatable");
  tried.option("--tenant", provider_try_.tenant, "where the entry has tenants");
  tried.option("--scope", provider_try_.scopes, "repeatable; without: those of the entry");
  tried.option("--resource", provider_try_.resource, "the resource that the token is for");
  tried.option("--ca-file", provider_try_.ca_file, "PEM of the CA to trust, and no other");
  tried.option("--allow-address", provider_try_.allowed_addresses,
               "addresses that are not on the public internet: 10.1.0.0/16; repeatable");
  tried.option("--proxy", provider_try_.proxy, "http://proxy.example.org:3128");
  tried.option("--port", provider_try_.port, "of the callback on 127.0.0.1; 0: any")
      .show_default("--port");
  tried.option("--wait", provider_try_.wait_seconds, "seconds for the person who signs in")
      .show_default("--wait");
  tried.flag("--open", provider_try_.open_browser, "open the address in the browser (xdg-open)");
  tried.flag("--keep", provider_try_.keep, "do not revoke the tokens at the end");
  tried.runs([this] { exit_code_ = commands_.try_provider(provider_try_); });
}

}  // namespace strongroom::cli
