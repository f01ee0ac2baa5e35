#include "cli/registrations.h"

#include "cli/input.h"
#include "cli/json_body.h"
#include "cli/output.h"

namespace strongroom::cli {
namespace {

std::string path_of(const std::string& id) { return "/target-systems/" + id + "/registration"; }

}  // namespace

ExitCode register_target_system(Session& s, const Reference& system,
                                const RegistrationOptions& options) {
  JsonBody body;
  if (options.initial_token_file) {
    const auto token = read_secret(*options.initial_token_file);
    if (!token) return report_error(token.error());
    body.add_secret("initial_access_token", *token);
  }
  body.add("way", options.way);
  body.add_raw("replace", options.replace ? "true" : "false");
  const auto id = resolve(s, kTargetSystem, system);
  if (!id) return report_error(id.error());
  const auto request = body.body();
  const auto answer = s.rest.call("POST", path_of(*id), {}, &request);
  return answer ? print(s, *answer) : report_error(answer.error());
}

ExitCode call_registration(Session& s, const Reference& system, std::string_view method) {
  const auto id = resolve(s, kTargetSystem, system);
  if (!id) return report_error(id.error());
  const auto answer = s.rest.call(method, path_of(*id));
  return answer ? print(s, *answer) : report_error(answer.error());
}

}  // namespace strongroom::cli
