// read_export: what it takes can be planned, and a plan that is carried out leaves nothing to do.
#include "cli/export_document.h"

#include "cli/apply_plan.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {

void one_input(std::string_view input) {
  if (const auto secrets = cli::read_sealed_secrets(input)) {
    for (const auto& one : secrets->target_systems) {
      require(one.destination.contains("service_provider"), "secrets say where they may go");
    }
  }
  const auto document = cli::read_export(input);
  if (!document) {
    require(document.error().code == Code::kInvalidArgument, "it is refused as the file's fault");
    return;
  }
  const auto plan = cli::plan_apply(*document, {}, {}, {.project = document->project});
  require(plan.has_value(), "an export that was read can be applied");
  require(plan->steps.size() == 1 + document->target_systems.size() +
                                    document->oauth_clients.size() + document->robots.size() +
                                    document->robot_access.size() + document->secrets.size() +
                                    document->secret_access.size(),
          "there is one step for each thing");
  for (const cli::Step& step : plan->steps) {
    const bool waits = step.what == "secret" || step.what == "access to a secret";
    require(step.kind == (waits ? cli::StepKind::kKeep : cli::StepKind::kCreate),
            "where nothing is, everything is made but what needs a value");
    require(waits || step.secrets_of.empty(), "no secrets come from nowhere");
  }
}

}  // namespace strongroom::fuzz
