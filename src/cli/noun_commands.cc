// The commands for what the REST API keeps: projects, target systems, OAuth clients.

#include <iostream>
#include <memory>

#include "cli/authorize_command.h"
#include "cli/lookup_commands.h"
#include "cli/program.h"
#include "cli/registrations.h"
#include "cli/requests.h"
#include "cli/test_command.h"

namespace strongroom::cli {
namespace {

constexpr const char* kRobotName = "its name, path/name or id";

}  // namespace

void Program::name_argument(Command command, const char* help) {
  command.argument("NAME", o_.name, help);
}

void Program::in_project(Command command) {
  command.option("--project", o_.project, "the project's name or id");
}

void Program::in_target_system(Command command) {
  command.option("--target-system", o_.target_system, "the target system's name or id");
}

void Program::list_options(Command command, const Noun& noun) {
  command.option("--filter", o_.filter, "part of the name, or with ? and *");
  const std::string help = std::string(noun.sorts) + "; descending: --sort=-name";
  command.option("--sort", o_.sort, help.c_str());
  command.option("--page", o_.page, "from 1");
  command.option("--page-size", o_.page_size, "1 to 1000");
}

void Program::owner_options(Command command) {
  command.option("--owner-name", o_.owner_name, "who answers for it");
  command.option("--owner-email", o_.owner_email, "and where to reach them");
}

void Program::add_common(Command app, const Noun& noun, Narrow narrow) {
  Command listed = verb(app, "list", "list them",
                        [this, &noun](Session& s) { return list(s, noun, list_query(o_)); });
  list_options(listed, noun);
  listed.flag("--deleted", o_.deleted, "what was deleted and can be restored");
  const auto by_name = [&](const char* name, const char* help, Run run) {
    Command made = verb(app, name, help, std::move(run));
    name_argument(made, noun.path_member.empty() ? "its name or id" : kRobotName);
    if (narrow != nullptr) (this->*narrow)(made);
    return made;
  };
  if (narrow != nullptr) (this->*narrow)(listed);
  by_name("show", "show one", [this, &noun](Session& s) { return show(s, noun, reference(o_)); });
  by_name("delete", "say what deleting it affects; with --yes, delete it",
          [this, &noun](Session& s) { return remove(s, noun, reference(o_), o_.yes); })
      .flag("--yes", o_.yes, "really delete");
  by_name("restore", "undo a deletion of the last seven days",
          [this, &noun](Session& s) { return act(s, noun, reference(o_), "restore"); });
}

void Program::narrow_by_project(Command app) { in_project(app); }
void Program::narrow_by_target_system(Command app) {
  in_project(app);
  in_target_system(app);
}

void Program::add_projects() {
  Command app = tree_.top().group("project", "the compartments");
  add_common(app, kProject, nullptr);
  Command made = verb(app, "create", "create one", [this](Session& s) {
    JsonBody body;
    body.add("name", std::string_view(o_.name));
    body.add("description", o_.description);
    return create(s, kProject, body.body());
  });
  name_argument(made, "its name");
  made.option("--description", o_.description, "what it is for");
  Command changed = verb(app, "update", "change one", [this](Session& s) {
    JsonBody body;
    body.add("name", o_.new_name);
    body.add("description", o_.description);
    return update(s, kProject, reference(o_), body.body());
  });
  name_argument(changed);
  changed.option("--name", o_.new_name, "another name");
  changed.option("--description", o_.description, "what it is for");
}

void Program::target_system_fields(Command app) {
  app.option("--oauth-enabled", o_.oauth_enabled, "false: it has secrets alone");
  app.option("--provider", o_.provider, "the service provider's id; see service-provider list");
  app.option("--grant", o_.grant,
             "client_credentials, authorization_code, jwt_bearer, device_code, oauth1, "
             "token_exchange or, of legacy providers, password");
  app.option("--token-endpoint", o_.token_endpoint, "https address (generic provider)");
  app.option("--issuer", o_.issuer, "https address (issuer provider): endpoints are read from it");
  app.option("--consumer-key", o_.consumer_key, "the application's client id");
  app.option("--consumer-secret-file", o_.consumer_secret_files,
             "file with its secret, - for standard input; twice while one is replaced")
      .at_most("--consumer-secret-file", 2);
  app.option("--secret-expires-on", o_.secret_expires_on, "2027-06-30");
  app.option("--client-authentication", o_.client_authentication,
             "provider_default, client_secret_basic, client_secret_post, client_secret_jwt, "
             "private_key_jwt, tls_client_auth, self_signed_tls_client_auth or none");
  app.option(
         "--client-key-file", o_.client_key_files,
         "PEM file with a private key for private_key_jwt or jwt_bearer, or the key file (JSON) of "
         "a service account; twice while one is replaced")
      .at_most("--client-key-file", 2);
  app.option("--client-key-password-file", o_.client_key_password_file,
             "file with its password, if it has one");
  app.option("--generate-client-key", o_.generated_client_keys,
             "have one made that never leaves: rsa_2048, rsa_3072, rsa_4096, p256 or ed25519")
      .at_most("--generate-client-key", 2);
  app.option("--client-key-pkcs11-uri", o_.pkcs11_client_keys,
             "where one lies in the server's security token, pkcs11:object=key1")
      .at_most("--client-key-pkcs11-uri", 2);
  app.option("--client-key-id", o_.client_key_id, "its kid; without: its thumbprint");
  certificate_options(app);
  app.option("--scope", o_.scopes, "a scope; may be repeated");
  app.option("--resource", o_.resources, "a resource that robots may ask for; may be repeated");
  app.option("--parameter", o_.parameters, "NAME=VALUE the provider asks for; repeatable");
  app.option("--trusted-ca-file", o_.trusted_ca_file, "PEM: trust these CAs and no others");
  app.option("--allow-address", o_.allowed_addresses,
             "a range beyond the public internet, 10.1.0.0/16; repeatable");
  app.option("--proxy", o_.proxy, "http://host:port, none, or '' for the server's own");
  app.option("--proxy-credentials-file", o_.proxy_credentials_file,
             "file with user:password for it, - for standard input");
  app.option("--supported-accounts", o_.supported_accounts,
             "this_directory_only, any_directory or with_personal_accounts (Microsoft)");
  app.option("--default-tenant", o_.default_tenant, "for clients without one (Microsoft)");
  app.option("--keep-alive-days", o_.keep_alive_days,
             "use refresh tokens at least once in so many days; 0: let them die of disuse");
  app.option("--verify-every-hours", o_.verify_every_hours,
             "ask the provider that often whether tokens work, where it can be asked; 0: never");
  app.option("--dpop", o_.dpop, "true: bind tokens to a key of each client (RFC 9449)");
  app.option("--signature-method", o_.signature_method,
             "HMAC-SHA1, HMAC-SHA256, RSA-SHA1 or PLAINTEXT (OAuth 1.0a)");
  app.option("--protected-resource", o_.protected_resource,
             "the one resource that tokens are for; with --issuer, as discover URL shows it");
  app.option("--description", o_.description, "what it is");
  app.option("--tag", o_.tags, "repeatable");
  owner_options(app);
}

void Program::add_target_systems() {
  Command app = tree_.top().group("target-system", "where robots sign in to");
  add_common(app, kTargetSystem, &Program::narrow_by_project);
  Command keys = verb(app, "jwks", "show the public halves of its client keys, to register them",
                      [this](Session& s) { return show_jwks(s); });
  name_argument(keys);
  in_project(keys);
  add_certificate_commands(app);
  Command made = verb(app, "create", "create one", [this](Session& s) {
    JsonBody body;
    body.add("name", std::string_view(o_.name));
    body.add("project", o_.project);
    if (const Status added = add_target_system_fields(body, o_); !added) {
      return report_error(added.error());
    }
    return create(s, kTargetSystem, body.body());
  });
  name_argument(made, "its name");
  made.option("--project", o_.project, "the project's name or id; without: all projects");
  target_system_fields(made);
  Command changed = verb(app, "update", "change one", [this](Session& s) {
    JsonBody body;
    body.add("name", o_.new_name);
    if (const Status added = add_target_system_fields(body, o_); !added) {
      return report_error(added.error());
    }
    return update(s, kTargetSystem, reference(o_), body.body());
  });
  name_argument(changed);
  in_project(changed);
  changed.option("--name", o_.new_name, "another name");
  target_system_fields(changed);
  Command tested = verb(app, "test", "walk the way to its token endpoint and say which hop fails",
                        [this](Session& s) { return test_target_system(s, reference(o_)); });
  name_argument(tested);
  in_project(tested);
  Command discovered = verb(app, "discover",
                            "read the metadata of its issuer again, now; given an https address in "
                            "place of a name, ask that resource where its tokens come from",
                            [this](Session& s) { return discover(s); });
  discovered.option("--trusted-ca-file", o_.trusted_ca_file, "of an address: PEM; its CAs alone");
  discovered.option("--allow-address", o_.allowed_addresses, "of an address; repeatable");
  discovered.option("--proxy", o_.proxy, "of an address: \"none\", or a URL");
  name_argument(discovered);
  in_project(discovered);
  Command approved =
      verb(app, "approve-destination", "let its stored secrets go to its changed destination",
           [this](Session& s) { return approve(s); });
  name_argument(approved);
  in_project(approved);
  const auto registration = std::make_shared<RegistrationOptions>();
  Command entered = verb(app, "register", "get its consumer key from its issuer's server",
                         [this, registration](Session& s) {
                           return register_target_system(s, reference(o_), *registration);
                         });
  name_argument(entered);
  in_project(entered);
  entered.option("--initial-token-file", registration->initial_token_file,
                 "what some servers want of whoever registers; - for standard input");
  entered.option("--way", registration->way,
                 "document or dynamic; without: a document where the server takes one");
  entered.flag("--replace", registration->replace, "also where there is a consumer key");
  Command shown = verb(app, "registration", "how it registered by itself",
                       [this](Session& s) { return call_registration(s, reference(o_), "GET"); });
  name_argument(shown);
  in_project(shown);
  Command ended =
      verb(app, "deregister", "have the service provider forget it",
           [this](Session& s) { return call_registration(s, reference(o_), "DELETE"); });
  name_argument(ended);
  in_project(ended);
}

// As it is: it is for a file, or for a page at the provider.
ExitCode Program::show_jwks(Session& s) const {
  const auto id = resolve(s, kTargetSystem, reference(o_));
  if (!id) return report_error(id.error());
  const auto answer = s.rest.call("GET", "/target-systems/" + *id + "/jwks");
  if (!answer) return report_error(answer.error());
  if (answer->status != 200) return print(s, *answer);
  std::cout << answer->body.reveal() << "\n";
  return ExitCode::kDone;
}

// By a name, its issuer; by an address, what is there to be made a target system of.
ExitCode Program::discover(Session& s) const {
  if (o_.name.starts_with("https://")) {
    const auto question = resource_question(o_);
    if (!question) return report_error(question.error());
    const auto found = s.rest.call("POST", "/resource-discoveries", {}, &*question);
    return found ? print(s, *found) : report_error(found.error());
  }
  const auto id = resolve(s, kTargetSystem, reference(o_));
  if (!id) return report_error(id.error());
  const auto answer = s.rest.call("POST", "/target-systems/" + *id + "/discover");
  return answer ? print(s, *answer) : report_error(answer.error());
}

ExitCode Program::approve(Session& s) const {
  const auto id = resolve(s, kTargetSystem, reference(o_));
  if (!id) return report_error(id.error());
  const auto before = s.rest.call("GET", "/target-systems/" + *id);
  if (!before) return report_error(before.error());
  const auto answer = s.rest.call("POST", "/target-systems/" + *id + "/approve-destination", {},
                                  nullptr, before->etag);
  return answer ? print(s, *answer) : report_error(answer.error());
}

// By its label, or its id where others of the project are called so too.
Status Program::add_subject_client(Session& s, JsonBody& body) const {
  if (!o_.subject_client) return {};
  Reference subject{*o_.subject_client, {}};
  if (o_.project) subject.narrowed_by.emplace_back("project", *o_.project);
  STRONGROOM_TRY(const std::string id, resolve(s, kOAuthClient, subject));
  body.add("subject_client", std::string_view(id));
  return {};
}

void Program::oauth_client_fields(Command app) {
  app.option("--tenant", o_.tenant, "GUID or domain (Microsoft)");
  app.option("--subject", o_.subject, "for whom the tokens are (jwt_bearer)");
  app.option("--subject-client", o_.subject_client,
             "label or id of the client whose token is exchanged (token_exchange)");
  app.option("--allow-basic-engine-robots", o_.allow_basic_engine_robots, "true or false");
  app.option("--canary", o_.is_canary, "true: whoever looks it up gives an alarm");
  owner_options(app);
}

void Program::add_oauth_clients() {
  Command app = tree_.top().group("oauth-client", "what robots use to reach a target system");
  add_common(app, kOAuthClient, &Program::narrow_by_target_system);
  Command made = verb(app, "create", "create one", [this](Session& s) {
    JsonBody body;
    body.add("label", std::string_view(o_.name));
    body.add("project", o_.project);
    body.add("target_system", o_.target_system);
    if (o_.draft) body.add_raw("draft", "true");
    add_oauth_client_fields(body, o_);
    if (const Status added = add_subject_client(s, body); !added) {
      return report_error(added.error());
    }
    return create(s, kOAuthClient, body.body());
  });
  made.argument("LABEL", o_.name, "its label");
  in_project(made);
  in_target_system(made);
  oauth_client_fields(made);
  made.flag("--draft", o_.draft, "keep it invisible to robots for now");
  Command changed = verb(app, "update", "change one", [this](Session& s) {
    JsonBody body;
    body.add("label", o_.new_name);
    add_oauth_client_fields(body, o_);
    if (const Status added = add_subject_client(s, body); !added) {
      return report_error(added.error());
    }
    return update(s, kOAuthClient, reference(o_), body.body());
  });
  name_argument(changed, "its label or id");
  narrow_by_target_system(changed);
  changed.option("--label", o_.new_name, "another label; the old one answers for 30 days");
  oauth_client_fields(changed);
  add_move(app);
  add_lift_quarantine(app);
  add_switch(app, "disable", "stop look-ups of it at once", "disabled", "true");
  add_switch(app, "enable", "let robots look it up again", "disabled", "false");
  add_switch(app, "finish", "make a draft visible to the robots that may read it", "draft",
             "false");
  Command retrieved =
      verb(app, "retrieve-tokens", "have a new access token retrieved now", [this](Session& s) {
        QueryParameters query;
        if (o_.resource) query.emplace_back("resource", *o_.resource);
        return act(s, kOAuthClient, reference(o_), "retrieve-tokens", query);
      });
  retrieved.option("--resource", o_.resource, "the one resource that the token is for");
  name_argument(retrieved, "its label or id");
  narrow_by_target_system(retrieved);
  Command revoked =
      verb(app, "revoke", "take its tokens back, here and at the provider",
           [this](Session& s) { return act(s, kOAuthClient, reference(o_), "revoke-tokens", {}); });
  name_argument(revoked, "its label or id");
  narrow_by_target_system(revoked);
  Command verified =
      verb(app, "verify", "ask the provider whether its access token works",
           [this](Session& s) { return act(s, kOAuthClient, reference(o_), "verify", {}); });
  name_argument(verified, "its label or id");
  narrow_by_target_system(verified);
  const auto waits = std::make_shared<bool>(false);  // as long as the command
  Command authorized = verb(
      app, "authorize", "have somebody sign in at the provider for it: prints a link, or a code",
      [this, waits](Session& s) { return authorize(s, reference(o_), *waits); });
  authorized.flag("--wait", *waits, "wait until it is over");
  name_argument(authorized, "its label or id");
  narrow_by_target_system(authorized);
  add_password_sign_in(app);
  add_exchanges(app);
  add_imports(app);
}

// The password is never an argument, which every user of the machine can read.
void Program::add_password_sign_in(Command app) {
  const auto asked = std::make_shared<PasswordSignIn>();  // as long as the command
  Command made = verb(
      app, "sign-in",
      "give an account's user name and password away, where its provider knows no other way\n\n"
      "Only for target systems with the grant password, which is legacy: whoever has the password\n"
      "can do anything with the account, no second factor protects it, and nobody can take back\n"
      "this one use of it alone (RFC 9700 section 2.4). It is sent once, and not kept.",
      [this, asked](Session& s) { return sign_in_with_password(s, reference(o_), *asked); });
  made.option("--username", asked->username, "of the account at the service provider");
  made.must_be_given("--username");
  made.option("--password-file", asked->password_file,
              "file with its password, - for standard input; without: asked for, and not shown");
  name_argument(made, "its label or id");
  narrow_by_target_system(made);
}

// Where it is now is said as with every other command, so where it goes has words of its own.
void Program::add_move(Command app) {
  Command moved = verb(app, "move", "let it go to another target system, project or tenant",
                       [this](Session& s) {
                         JsonBody body;
                         body.add("target_system", o_.to_target_system);
                         body.add("project", o_.to_project);
                         body.add("tenant", o_.to_tenant);
                         if (!body.empty()) {
                           return update(s, kOAuthClient, reference(o_), body.body(), o_.dry_run);
                         }
                         std::cerr << "Say where it goes: --to-target-system, --to-project or "
                                      "--to-tenant.\n";
                         return ExitCode::kUsage;
                       });
  name_argument(moved, "its label or id");
  narrow_by_target_system(moved);
  moved.option("--to-target-system", o_.to_target_system, "name or id");
  moved.option("--to-project", o_.to_project, "name or id");
  moved.option("--to-tenant", o_.to_tenant, "Microsoft: the directory, as a GUID or a domain");
  moved.flag("--dry-run", o_.dry_run, "only say what would become of it");
}

void Program::add_switch(Command app, const char* name, const char* help, const char* member,
                         const char* value) {
  Command made = verb(app, name, help, [this, member, value](Session& s) {
    JsonBody body;
    body.add_raw(member, value);
    return update(s, kOAuthClient, reference(o_), body.body());
  });
  name_argument(made, "its label or id");
  narrow_by_target_system(made);
}

}  // namespace strongroom::cli
