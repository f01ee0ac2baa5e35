// A launch that gives nothing: denied or failed, and an alarm where a canary is among its inputs.

#include <algorithm>
#include <utility>

#include "crypto/uuid.h"
#include "vault/launch_pending.h"
#include "vault/launches.h"
#include "vault/lookup_errors.h"

namespace strongroom::vault {

// What is like a denial that is durable already is counted, as of a look-up. An alarm is never; and
// while nothing can be written, nobody is told anything.
void Launches::deny(const Shared& pending, Error answer, std::string_view reason,
                    std::optional<std::size_t> input) {
  audit::Event happened = event(pending->launch, audit::Action::kLaunchDenied,
                                input ? &pending->launch.inputs[*input] : nullptr);
  happened.outcome = audit::Outcome::kDenied;
  happened.reason = reason;
  happened.asked.label = pending->asked_name;
  std::vector<audit::Event> alarms = alarms_of(pending->launch, audit::Outcome::kDenied);
  if (alarms.empty() && context_.trail.writable() &&
      !lookups_.denials().is_first(happened, context_.clock.boot_now())) {
    denied_.fetch_add(1, std::memory_order_relaxed);
    return pending->ready(std::move(answer));
  }
  write(pending, happened, std::move(alarms),
        [this, pending, answer = std::move(answer)](const Status& durable) mutable {
          if (!durable) return refuse(pending, audit_unavailable(durable.error()));
          denied_.fetch_add(1, std::memory_order_relaxed);
          pending->ready(std::move(answer));
        });
}

// Nothing leaves, so only who asked for a canary is told of nothing before that is written down.
void Launches::fail(const Shared& pending, Error error) {
  std::vector<audit::Event> alarms = alarms_of(pending->launch, audit::Outcome::kFailure);
  if (alarms.empty()) return refuse(pending, std::move(error));
  const audit::Event first = std::move(alarms.back());
  alarms.pop_back();
  write(pending, first, std::move(alarms),
        [this, pending, error = std::move(error)](const Status& durable) mutable {
          if (!durable) {
            context_.log.failed("That a canary was asked for is not audited.", durable.error());
          }
          refuse(pending, std::move(error));
        });
}

void Launches::refuse(const Shared& pending, Error error) {
  failed_.fetch_add(1, std::memory_order_relaxed);
  pending->ready(std::move(error));
}

// An alarm for each canary that the launch is of, counted and in the log already. Where a runner
// may not launch the robot that it named, the alarm is of the runner.
std::vector<audit::Event> Launches::alarms_of(const Launch& launch, audit::Outcome outcome) {
  std::vector<audit::Event> alarms;
  for (const LaunchInput& input : launch.inputs) {
    if (!is_canary(input)) continue;
    alarms.push_back(alarm_of(launch, input));
    alarms.back().outcome = outcome;
  }
  return alarms;
}

bool Launches::is_canary(const LaunchInput& input) {
  return input.found.client && input.found.client->is_canary;
}

audit::Event Launches::alarm_of(const Launch& launch, const LaunchInput& input) {
  const ClientEntry& client = *input.found.client;
  audit::Event touched = event(launch, audit::Action::kCanaryTouched, &input);
  if (!launch.robot) touched.project_id = client.project.uuid;
  lookups_.canary_touches().touch(client.id, touched.at);
  context_.log.warning("A canary was asked for.", {{"oauth_client", client.id.uuid},
                                                   {"actor", touched.actor_id},
                                                   {"peer", std::string_view(touched.peer)},
                                                   {"event", touched.id}});
  return touched;
}

// `done` hears of the first of them that is not durable, or that all are. `first` and the first
// alarm become durable together.
void Launches::write(const Shared& pending, const audit::Event& first,
                     std::vector<audit::Event> alarms, audit::Trail::Done done) {
  const std::size_t count = std::max<std::size_t>(alarms.size(), 1);
  pending->unwritten.assign(count, std::nullopt);
  pending->outstanding = count;
  const auto all = std::make_shared<audit::Trail::Done>(std::move(done));
  const auto written = [pending, all](std::size_t which) {
    return [pending, all, which](const Status& durable) {
      if (!durable) pending->unwritten[which] = durable.error();
      if (pending->outstanding.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
      const auto& unwritten = pending->unwritten;
      const auto failed = std::ranges::find_if(unwritten, [](const auto& one) { return !!one; });
      (*all)(failed == unwritten.end() ? Status() : Status(**failed));
    };
  };
  if (alarms.empty()) return context_.trail.append(first, written(0));
  context_.trail.append(first, alarms.front(), written(0));
  for (std::size_t i = 1; i < count; ++i) context_.trail.append(alarms[i], written(i));
}

}  // namespace strongroom::vault
