// The commands of the kill switch.

#include "cli/program.h"
#include "cli/requests.h"

namespace strongroom::cli {

ExitCode Program::set_kill(Session& session, const char* member, const std::string& subject) const {
  JsonBody body;
  body.add(member, std::string_view(subject));
  body.add("reason", std::string_view(o_.reason));
  if (o_.keep_tokens) body.add_raw("revoke_upstream", "false");
  return create(session, kKill, body.body());
}

Command Program::kill_verb(Command app, const char* name, const char* help, Run run) {
  Command made = verb(app, name, help, std::move(run));
  name_argument(made);
  made.option("--reason", o_.reason, "why, for whoever finds it stopped").must_be_given("--reason");
  made.flag("--keep-tokens", o_.keep_tokens, "do not have the tokens below it revoked");
  return made;
}

void Program::add_kills() {
  Command app = tree_.top().group("kill", "stop something at once, with everything below it");
  const auto add = [&](const char* name, const char* help, const char* member, const Noun& noun) {
    return kill_verb(app, name, help, [this, member, &noun](Session& s) {
      const auto id = resolve(s, noun, reference(o_));
      return id ? set_kill(s, member, *id) : report_error(id.error());
    });
  };
  in_project(add("robot", "stop a robot", "robot", kRobot));
  narrow_by_target_system(
      add("oauth-client", "stop an OAuth client", "oauth_client", kOAuthClient));
  in_project(add("target-system", "stop a target system", "target_system", kTargetSystem));
  add("project", "stop all of a project", "project", kProject);
  kill_verb(app, "service-provider", "stop all target systems of a service provider",
            [this](Session& s) { return set_kill(s, "service_provider", o_.name); });
  verb(app, "list", "list what is stopped", [](Session& s) { return list(s, kKill, {}); });
  Command lifted = verb(app, "lift", "let it go on", [this](Session& s) {
    const auto answer = s.rest.call("DELETE", "/kills/" + percent_encode(o_.name));
    return answer ? print(s, *answer) : report_error(answer.error());
  });
  lifted.argument("ID", o_.name, "the kill's id");
}

}  // namespace strongroom::cli
