// The commands for robots, how they prove who they are, and what they may read.

#include <utility>

#include "cli/lookup_commands.h"
#include "cli/program.h"
#include "cli/requests.h"
#include "cli/robot_identities.h"

namespace strongroom::cli {
namespace {

constexpr const char* kRobotName = "its name, path/name or id";

}  // namespace

void Program::add_robots() {
  Command app = tree_.top().group("robot", "who may ask");
  add_common(app, kRobot, &Program::narrow_by_project);
  const auto fields = [this](Command command) {
    command.option("--path", o_.path, "finance/invoices");
    command.option("--kind", o_.kind, "robot, basic_engine or runner");
  };
  Command made = verb(app, "create", "create one", [this](Session& s) {
    JsonBody body;
    body.add("name", std::string_view(o_.name));
    body.add("project", o_.project);
    body.add("path", o_.path);
    body.add("kind", o_.kind);
    return create(s, kRobot, body.body());
  });
  name_argument(made, "its name");
  in_project(made);
  fields(made);
  Command changed = verb(app, "update", "rename or move one", [this](Session& s) {
    JsonBody body;
    body.add("name", o_.new_name);
    body.add("path", o_.path);
    body.add("kind", o_.kind);
    return update(s, kRobot, reference(o_), body.body());
  });
  name_argument(changed, kRobotName);
  in_project(changed);
  changed.option("--name", o_.new_name, "another name");
  fields(changed);
  Command reported = verb(app, "report", "say which revision it is of, and what it lacks",
                          [this](Session& s) { return report_robot(s); });
  name_argument(reported, kRobotName);
  in_project(reported);
  reported.option("--revision", o_.revision, "of its program").must_be_given("--revision");
  reported.option("--missing", o_.missing_dependencies, "what it lacks; may be repeated");
  add_robot_keys(app);
  add_robot_identities(app);
  add_robot_inputs(app);
}

void Program::add_robot_keys(Command robots) {
  Command app = robots.group("key", "a robot's keys; two may live at a time");
  const auto by_robot = [this](Command command) {
    name_argument(command, "the robot's name, path/name or id");
    in_project(command);
  };
  Command made =
      verb(app, "create",
           "create a key; it is shown this once\n\n"
           "Example:\n"
           "  strongroom robot key create collector --project Finance --write-to robot.key "
           "--from-address 10.1.0.0/16 --day mon --day fri --from 08:00 --to 18:00",
           [this](Session& s) {
             JsonBody body;
             if (const Status added = add_restrictions(s, body, o_); !added) {
               return report_error(added.error());
             }
             return create_robot_key(s, reference(o_), body.body(), o_.new_key_file);
           });
  by_robot(made);
  restriction_options(made);
  made.option("--write-to", o_.new_key_file, "a new file of mode 0600 for the key");
  by_robot(verb(app, "list", "list them",
                [this](Session& s) { return list_robot_keys(s, reference(o_)); }));
  Command revoked = verb(app, "revoke", "stop a key at once", [this](Session& s) {
    return revoke_robot_key(s, reference(o_), o_.key_id);
  });
  by_robot(revoked);
  revoked.argument("KEY", o_.key_id, "the key's id");
}

// Restrictions are for good: another key has others.
void Program::restriction_options(Command app) {
  app.option("--from-address", o_.from_addresses,
             "use it from there alone, 10.1.0.0/16; repeatable");
  app.option("--day", o_.days, "on these days: mon to sun; repeatable")
      .must_be_one_of("--day", {"mon", "tue", "wed", "thu", "fri", "sat", "sun"});
  app.option("--from", o_.from_time, "from this time of day on, 08:00");
  app.option("--to", o_.to_time, "until before this one, 18:00");
  app.option("--zone", o_.zone, "of these times: UTC, +02:00 or Europe/Berlin");
  app.option("--max-uses", o_.max_uses, "how many tokens it gets in all");
  app.option("--only-client", o_.only_clients,
             "the label or id of an OAuth client; repeatable; it gets no other's tokens");
}

void Program::add_robot_identities(Command robots) {
  Command app = robots.group("identity", "how a robot proves who it is without a key of ours");
  const auto by_robot = [this](Command command) {
    name_argument(command, "the robot's name, path/name or id");
    in_project(command);
  };
  by_robot(verb(app, "list", "list them",
                [this](Session& s) { return list_robot_identities(s, reference(o_)); }));
  Command made = verb(
      app, "add",
      "accept tokens of an issuer, or a client certificate\n\n"
      "Examples:\n"
      "  strongroom robot identity add collector --project Finance --issuer "
      "https://token.actions.githubusercontent.com --audience strongroom "
      "--claim sub=repo:example/robots:ref:refs/heads/main\n"
      "  strongroom robot identity add collector --project Finance --ca-sha256 9F86… --subject "
      "CN=collector,O=Example",
      [this](Session& s) {
        JsonBody body;
        Status added = add_identity(body, o_);
        if (added) added = add_restrictions(s, body, o_);
        if (!added) return report_error(added.error());
        return add_robot_identity(s, reference(o_), body.body());
      });
  by_robot(made);
  identity_options(made);
  restriction_options(made);
  Command removed = verb(app, "remove", "accept it no more, at once", [this](Session& s) {
    return remove_robot_identity(s, reference(o_), o_.key_id);
  });
  by_robot(removed);
  removed.argument("IDENTITY", o_.key_id, "its id");
}

void Program::identity_options(Command app) {
  app.option("--issuer", o_.issuer, "https address of who signs its tokens");
  app.option("--audience", o_.audience, "for whom they are");
  app.option("--claim", o_.claims,
             "NAME=VALUE that they must say; * for any characters; repeatable");
  app.option("--jwks-uri", o_.jwks_uri, "where the issuer's keys are; without: as it says itself");
  app.option("--trusted-ca-file", o_.trusted_ca_file, "PEM of CAs of the issuer's servers");
  app.option("--allow-address", o_.allowed_addresses,
             "where they may be beyond the public internet; repeatable");
  app.option("--ca-sha256", o_.ca_sha256, "fingerprint of the CA of its client certificate")
      .not_both("--ca-sha256", "--issuer");
  app.option("--subject", o_.subject, "the certificate's subject, CN=reader,O=Example");
  app.option("--san-uri", o_.san_uri, "or an address in it");
  app.option("--san-dns", o_.san_dns, "or a name of a host in it");
}

void Program::add_access() {
  Command app = tree_.top().group("access", "which robots may read which OAuth client");
  Command listed =
      verb(app, "list", "list the rules", [this](Session& s) { return list_access(s); });
  list_options(listed, kRobotAccess);
  narrow_access(listed);
  add_access_questions(app);
  add_basic_engine_report(app);
  Command shown = verb(app, "show", "show one", [this](Session& s) {
    return show(s, kRobotAccess, {o_.name, {}});
  });
  shown.argument("ID", o_.name, "the rule's id");
  Command granted = verb(
      app, "grant", "let a robot, or a path, read an OAuth client or a secret", [this](Session& s) {
        return grant_access(s, AccessGrant{o_.oauth_client, o_.secret.secret, o_.project,
                                           o_.target_system, o_.robot, o_.path_pattern});
      });
  granted.option("--oauth-client", o_.oauth_client, "its label or id; or");
  granted.option("--secret", o_.secret.secret, "the label or id of a secret")
      .not_both("--secret", "--oauth-client");
  narrow_by_target_system(granted);
  granted.option("--robot", o_.robot, "its name, path/name or id");
  granted.option("--path", o_.path_pattern, "finance/invoices, finance/*, finance/**")
      .not_both("--path", "--robot");
  // The second is what the console calls it.
  for (const char* const name : {"update", "update-to-latest"}) {
    Command updated = verb(app, name, "let invalid rules of a strict project count again",
                           [this](Session& s) { return update_access(s); });
    narrow_access(updated);
    updated.option("--id", o_.key_id, "this one alone; without: all that are invalid");
    updated.flag("--yes", o_.yes, "really do it; without, only say what would change");
  }
  Command cleaned = verb(app, "clean-up", "take away what is invalid, or what nobody uses",
                         [this](Session& s) { return clean_up_access(s); });
  narrow_access(cleaned);
  cleaned.flag("--yes", o_.yes, "really do it; without, only say what would go");
  Command of_secrets = verb(app, "list-secrets", "list the rules by which secrets are read",
                            [this](Session& s) { return list(s, kSecretAccess, list_query(o_)); });
  list_options(of_secrets, kSecretAccess);
  in_project(of_secrets);
  verb(app, "revoke-secret", "take a rule to read a secret away", [this](Session& s) {
    return remove(s, kSecretAccess, {o_.name, {}}, true);
  }).argument("ID", o_.name, "the rule's id");
  Command revoked = verb(app, "revoke", "take a rule away", [this](Session& s) {
    return remove(s, kRobotAccess, {o_.name, {}}, true);
  });
  revoked.argument("ID", o_.name, "the rule's id");
}

void Program::narrow_access(Command app) {
  narrow_by_target_system(app);
  app.option("--oauth-client", o_.oauth_client, "who may read it: its label or id");
  app.option("--robot", o_.robot, "what it may read, by patterns too: its name, path/name or id");
  app.option("--valid", o_.valid, "false: those that let nobody in until they are updated");
  app.option("--unused-since", o_.unused_since, "a time, 2026-08-01T00:00:00Z");
}

void Program::add_access_questions(Command app) {
  Command who =
      verb(app, "who-can-read", "the rules by which an OAuth client is read", [this](Session& s) {
        o_.oauth_client = o_.name;
        return list_access(s);
      });
  name_argument(who, "the client's label or id");
  narrow_by_target_system(who);
  Command what = verb(app, "what-can-read", "the rules by which a robot reads, patterns included",
                      [this](Session& s) {
                        o_.robot = o_.name;
                        return list_access(s);
                      });
  name_argument(what, kRobotName);
  in_project(what);
  for (Command* const question : {&who, &what}) {
    question->option("--page", o_.page, "from 1");
    question->option("--page-size", o_.page_size, "1 to 1000");
  }
}

// What narrows rules down, with names in place of ids.
Result<QueryParameters> Program::access_query(Session& session) const {
  QueryParameters query;
  if (o_.project) query.emplace_back("project", *o_.project);
  if (o_.filter) query.emplace_back("filter", *o_.filter);
  if (o_.valid) query.emplace_back("valid", *o_.valid ? "true" : "false");
  if (o_.unused_since) query.emplace_back("unused_since", *o_.unused_since);
  if (!o_.oauth_client.empty()) {
    STRONGROOM_TRY(auto id,
                   resolve(session, kOAuthClient, {o_.oauth_client, reference(o_).narrowed_by}));
    query.emplace_back("oauth_client", std::move(id));
  }
  if (o_.robot) {
    QueryParameters narrowed_by;
    if (o_.project) narrowed_by.emplace_back("project", *o_.project);
    STRONGROOM_TRY(auto id, resolve(session, kRobot, {*o_.robot, std::move(narrowed_by)}));
    query.emplace_back("robot", std::move(id));
  }
  return query;
}

ExitCode Program::list_access(Session& session) const {
  auto query = access_query(session);
  if (!query) return report_error(query.error());
  const auto add = [&](std::string_view name, const std::optional<std::string>& value) {
    if (value) query->emplace_back(name, *value);
  };
  add("sort", o_.sort);
  add("page", o_.page);
  add("page_size", o_.page_size);
  return list(session, kRobotAccess, *query);
}

ExitCode Program::update_access(Session& session) const {
  auto query = access_query(session);
  if (!query) return report_error(query.error());
  if (!o_.yes) query->emplace_back("dry_run", "true");
  JsonBody body;
  if (!o_.key_id.empty()) body.add("ids", std::vector{o_.key_id});
  const http::RequestBody text = body.body();
  const auto answer = session.rest.call("POST", "/robot-access/update-to-latest", *query, &text);
  return answer ? print(session, *answer) : report_error(answer.error());
}

ExitCode Program::clean_up_access(Session& session) const {
  auto query = access_query(session);
  if (!query) return report_error(query.error());
  if (!o_.yes) query->emplace_back("dry_run", "true");
  const auto answer = session.rest.call("DELETE", "/robot-access", *query);
  return answer ? print(session, *answer) : report_error(answer.error());
}

ExitCode Program::report_robot(Session& session) const {
  const auto id = resolve(session, kRobot, reference(o_));
  if (!id) return report_error(id.error());
  JsonBody body;
  body.add("revision", std::string_view(o_.revision));
  body.add("missing_dependencies", o_.missing_dependencies);
  const http::RequestBody text = body.body();
  const auto answer = session.rest.call("PUT", "/robots/" + *id, {}, &text);
  return answer ? print(session, *answer) : report_error(answer.error());
}

}  // namespace strongroom::cli
