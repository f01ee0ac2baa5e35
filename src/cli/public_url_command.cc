#include "cli/public_url_command.h"

#include <boost/json.hpp>

#include "base/json.h"

namespace strongroom::cli {

ExitCode print_public_url(Session& session, const char* method, const char* path) {
  const auto answer = session.rest.call(method, path);
  if (!answer) return report_error(answer.error());
  const ExitCode printed = print(session, *answer);
  const auto seen = parse_json(answer->body.reveal());
  const auto* const state =
      seen && seen->is_object() ? seen->get_object().if_contains("state") : nullptr;
  const bool failed = state != nullptr && state->is_string() && state->get_string() == "failed";
  return printed == ExitCode::kDone && failed ? ExitCode::kError : printed;
}

}  // namespace strongroom::cli
