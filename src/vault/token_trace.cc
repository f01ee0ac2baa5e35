#include "vault/token_trace.h"

#include <algorithm>
#include <set>
#include <utility>

#include "audit/recorded_event.h"
#include "storage/robot_rows.h"
#include "storage/user_rows.h"
#include "vault/token_fingerprint.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using audit::RecordedEvent;

bool is_hand_out(const RecordedEvent& event) {
  constexpr Action kHandOuts[] = {Action::kTokenHandedOut, Action::kTokenExtracted,
                                  Action::kBasicEngineDelivered, Action::kSecretHandedOut,
                                  Action::kSecretExtracted};
  return event.outcome == to_text(audit::Outcome::kSuccess) &&
         std::ranges::any_of(kHandOuts,
                             [&](Action action) { return event.action == to_text(action); });
}

// Of a hand-out that is taken back, or of an alarm beside it: told by the same request.
bool takes_back(const RecordedEvent& event) {
  return event.outcome == to_text(audit::Outcome::kDenied) &&
         event.action != to_text(Action::kCanaryTouched);
}

Result<std::string> name_of(storage::Snapshot& snapshot, const TracedHandOut& hand_out) {
  const auto id = Uuid::parse(hand_out.actor_id);
  if (!id) return std::string();
  if (hand_out.to_robot) {
    STRONGROOM_TRY(const auto robot, storage::find_robot(snapshot, *id));
    return robot ? robot->name : std::string();
  }
  STRONGROOM_TRY(const auto user, storage::find_user(snapshot, *id));
  return user ? user->name : std::string();
}

TracedHandOut hand_out_of(RecordedEvent event) {
  return {.at = std::move(event.at),
          .action = std::move(event.action),
          .subject_id = std::move(event.subject_id),
          .subject_name = std::move(event.subject_name),
          .to_robot = event.actor_kind == to_text(audit::ActorKind::kRobot),
          .actor_id = std::move(event.actor_id),
          .actor_name = {},
          .runner_id = std::move(event.runner_id),
          .key_id = std::move(event.key_id),
          .peer = std::move(event.peer),
          .request_id = std::move(event.request_id)};
}

// Newest first, so what takes a hand-out back is read before it.
Status sort_out(const std::vector<audit::Trail::Entry>& entries, TokenTrace& trace) {
  std::set<std::string> taken_back;
  for (const audit::Trail::Entry& entry : entries) {
    STRONGROOM_TRY(RecordedEvent event, audit::read_event(entry.json));
    if (takes_back(event)) taken_back.insert(event.request_id);
    if (event.action == to_text(Action::kTokensRetrieved)) trace.retrieved_at = event.at;
    if (is_hand_out(event) && !taken_back.contains(event.request_id)) {
      trace.hand_outs.push_back(hand_out_of(std::move(event)));
    }
  }
  return {};
}

}  // namespace

Result<TokenTrace> trace_token(audit::Trail& trail, storage::Store& store,
                               const crypto::Sealer& sealer, const oauth::AccessToken& token) {
  TokenTrace trace;
  STRONGROOM_TRY(trace.fingerprint, token_fingerprint(sealer, token));
  audit::Trail::Query query;
  query.fingerprint = trace.fingerprint;
  query.limit = kMostHandOuts;
  STRONGROOM_TRY(const auto page, trail.list(query));
  STRONGROOM_CHECK(sort_out(page.entries, trace));
  trace.more = page.more;
  STRONGROOM_CHECK(store.read([&](storage::Snapshot& snapshot) -> Status {
    for (TracedHandOut& hand_out : trace.hand_outs) {
      STRONGROOM_TRY(hand_out.actor_name, name_of(snapshot, hand_out));
    }
    return {};
  }));
  return trace;
}

}  // namespace strongroom::vault
