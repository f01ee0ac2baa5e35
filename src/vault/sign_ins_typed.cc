// What people type who sign in at a provider that sends nobody back.

#include <memory>
#include <utility>

#include "crypto/equal.h"
#include "oauth/typed_code.h"
#include "storage/authorization_rows.h"
#include "vault/callback_url.h"
#include "vault/sign_in_attempt.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using storage::SignInFlowRow;
using storage::Snapshot;
using storage::Transaction;

}  // namespace

void SignIns::enter_verifier(const Actor* actor, AuthorizationId id, std::string_view binding,
                             std::string_view verifier, Done done) {
  auto attempt = std::make_shared<Attempt>();
  SignInFlowRow flow_row;
  const WallTime now = context_.clock.now();
  const auto find = [&](Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(auto row, storage::find_authorization(snapshot, id.uuid));
    if (!row) return no_such_thing();
    STRONGROOM_TRY(attempt->parties,
                   read_sign_in_parties(context_, snapshot, OAuthClientId{row->oauth_client_id}));
    // Before anything is said of its state: what is not seen is not there.
    const Uuid project_id = attempt->parties.project().uuid;
    if (actor != nullptr) STRONGROOM_CHECK(actor->need(Permission::kRetrieve, project_id));
    attempt->row = *std::move(row);
    STRONGROOM_TRY(auto flow, storage::find_flow_of_authorization(snapshot, id.uuid));
    if (!flow || flow->expires_at <= now ||
        attempt->row.state != to_text(AuthorizationState::kStarted)) {
      return Error{
          Code::kConflict, "This sign-in is over. Ask for a new link.", {}, "authorization_over"};
    }
    flow_row = *std::move(flow);
    return {};
  };
  // Who may not try uses no try up: whoever has the link could end the sign-in of somebody else.
  const auto may_try = [&]() -> Status {
    if (actor != nullptr) STRONGROOM_CHECK(actor->need(Permission::kRetrieve));
    STRONGROOM_CHECK(context_.store.read(find));
    const ProjectId project = attempt->parties.project();
    STRONGROOM_TRY(attempt->details, open_details(context_.sealer, project, attempt->row));
    STRONGROOM_TRY(attempt->flow, open_flow(context_.sealer, project, flow_row));
    const bool may = actor != nullptr ||
                     (!binding.empty() &&
                      crypto::constant_time_equal(hash_of(binding), attempt->flow.binding_hash));
    if (!may) return no_such_thing();
    if (is_out_of_band(attempt->parties.system.callback)) return {};
    return Error{Code::kConflict,
                 "The service provider sends the browser back by itself: nothing is to be "
                 "entered.",
                 {},
                 "not_out_of_band"};
  }();
  if (!may_try) return done(may_try.error());
  const Status counted = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(find(tx));
    return storage::count_attempt(tx, id.uuid);
  });
  if (!counted) return done(counted.error());
  if (flow_row.attempts >= kMaxVerifierAttempts) {
    return done(Error{Code::kRateLimited, "Too many verifiers were entered. Ask for a new link."});
  }
  const bool is_strange = attempt->flow.temporary
                              ? !take_typed_verifier(*attempt, verifier)
                              : !take_typed_code(*attempt, flow_row.state_hash, verifier);
  if (is_strange) {
    return done(
        Error{Code::kInvalidArgument, "This is no verifier of this sign-in."}.at("/verifier"));
  }
  attempt->done = std::move(done);
  attempt->tries_left = kMaxVerifierAttempts - flow_row.attempts - 1;
  if (actor != nullptr) attempt->opener = *actor;
  attempt->row.state = to_text(AuthorizationState::kExchanging);
  attempt->row.updated_at = now;
  const Status moved = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const bool first, storage::update_authorization(
                                         tx, attempt->row, to_text(AuthorizationState::kStarted)));
    return first ? Status() : Status(not_started_here());
  });
  if (!moved) return std::exchange(attempt->done, {})(moved.error());
  exchange(std::move(attempt));
}

bool SignIns::take_typed_code(Attempt& attempt, const std::string& state_hash,
                              std::string_view text) {
  auto typed = oauth::read_typed_code(text);
  // What a whole address says beside the code must be of this sign-in.
  const std::string& issuer = attempt.flow.issuer;
  const bool is_strange = !typed ||
                          (typed->state && hash_of(typed->state->reveal()) != state_hash) ||
                          (!typed->issuer.empty() && !issuer.empty() && typed->issuer != issuer);
  if (is_strange) return false;
  attempt.code = std::move(typed->code);
  return true;
}

// A verifier was mistyped; the person may have another look.
void SignIns::ask_again(Attempt& attempt) {
  const std::string state_before = attempt.row.state;
  attempt.row.state = to_text(AuthorizationState::kStarted);
  attempt.row.updated_at = context_.clock.now();
  const Status reopened = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(release_grant_lease(tx, attempt.lease));
    STRONGROOM_TRY(const bool ours, storage::update_authorization(tx, attempt.row, state_before));
    return ours ? Status() : Status(not_started_here());
  });
  if (!reopened) return std::exchange(attempt.done, {})(reopened.error());
  std::exchange(attempt.done, {})(
      Error{Code::kInvalidArgument,
            "The service provider does not take this verifier. Look again, and enter what it "
            "shows."}
          .at("/verifier"));
}

}  // namespace strongroom::vault
