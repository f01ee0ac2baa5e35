#include "vault/target_system_checks.h"

#include <memory>
#include <utility>
#include <vector>

#include "vault/change_event.h"
#include "vault/endpoint_plan.h"
#include "vault/reach.h"
#include "vault/target_system_faults.h"

namespace strongroom::vault {
namespace {

Error stopping() { return Error{Code::kUnavailable, "The server is stopping.", {}, "overloaded"}; }

}  // namespace

// One check under way.
struct TargetSystemChecks::Flight {
  Actor actor;
  EndpointPlan plan;
  std::size_t next = 0;  // of plan.requests
  oauth::IssuerReading issuer = oauth::IssuerReading::kNone;
  Done done;
};

void TargetSystemChecks::check(const Actor& actor, TargetSystemId id, Done done) {
  auto plan = [&]() -> Result<EndpointPlan> {
    STRONGROOM_CHECK(actor.need(Permission::kConfigure));
    STRONGROOM_CHECK(check_reach(context_.store, actor, Permission::kConfigure, id));
    STRONGROOM_CHECK(need_writable_audit(context_));
    return plan_endpoint_check(context_, id);
  }();
  if (!plan) return done(std::move(plan).error());
  auto flight = std::make_shared<Flight>();
  flight->actor = actor;
  flight->plan = *std::move(plan);
  flight->done = std::move(done);
  if (discovery_ != nullptr && !flight->plan.issuer.empty()) return read_issuer(std::move(flight));
  send_if_possible(std::move(flight));
}

void TargetSystemChecks::send_if_possible(std::shared_ptr<Flight> flight) {
  if (!flight->plan.requests.empty()) return send(std::move(flight));
  flight->done(record_check(*flight, oauth::failed_in_settings(flight->plan.what_is_missing)));
}

void TargetSystemChecks::read_issuer(std::shared_ptr<Flight> flight) {
  auto requests = std::move(flight->plan.issuer_requests);
  const std::string issuer = flight->plan.issuer;
  discovery_->read(issuer, std::move(requests),
                   [this, flight = std::move(flight)](oauth::DiscoveryResult result) mutable {
                     const std::shared_ptr<Flight> kept = flight;
                     auto arrived = [this, flight = std::move(flight),
                                     result = std::move(result)]() mutable {
                       has_read(std::move(flight), std::move(result));
                     };
                     if (!finish_(std::move(arrived))) kept->done(stopping());
                   });
}

void TargetSystemChecks::has_read(std::shared_ptr<Flight> flight, oauth::DiscoveryResult result) {
  if (result) {
    flight->issuer = oauth::IssuerReading::kRead;
    return send_if_possible(std::move(flight));
  }
  flight->done(record_check(*flight, oauth::failed_in_discovery(std::move(result).error())));
}

void TargetSystemChecks::send(std::shared_ptr<Flight> flight) {
  oauth::TokenRequest request = std::move(flight->plan.requests[flight->next++]);
  oauth::CheckFacts facts{.issuer = flight->issuer,
                          .has_secret = flight->plan.has_secret,
                          .why_no_secret = flight->plan.what_is_missing};
  oauth::ProvedKey key = flight->plan.key;
  token_client_.check(
      std::move(request), std::move(facts),
      [this, flight = std::move(flight)](EndpointCheck check) mutable {
        const std::shared_ptr<Flight> kept = flight;
        auto arrived = [this, flight = std::move(flight), check = std::move(check)]() mutable {
          received(std::move(flight), std::move(check));
        };
        if (!finish_(std::move(arrived))) kept->done(stopping());
      },
      std::move(key));
}

void TargetSystemChecks::received(std::shared_ptr<Flight> flight, EndpointCheck check) {
  const bool is_signed = flight->plan.system.grant == GrantFlow::kJwtBearer;
  const bool wrong_secret =
      check.cause && (oauth::is_of_credential(*check.cause) ||
                      (is_signed && *check.cause == oauth::FailureCause::kInvalidGrant));
  if (wrong_secret && flight->next < flight->plan.requests.size()) return send(std::move(flight));
  if (context_.faults != nullptr && check.good() && flight->plan.has_secret) {
    context_.faults->note_accepted(flight->plan.system.id);
  }
  flight->done(record_check(*flight, std::move(check)));
}

Result<EndpointCheck> TargetSystemChecks::record_check(const Flight& flight, EndpointCheck check) {
  const TargetSystem& system = flight.plan.system;
  Change tried{.action = audit::Action::kTargetSystemTested,
               .subject = system.id.uuid,
               .project = system.project.value_or(ProjectId{}).uuid,
               .name = system.name};
  if (check.cause) {
    tried.outcome = audit::Outcome::kFailure;
    tried.reason = oauth::facts_of(*check.cause).name.view();
  }
  STRONGROOM_CHECK(context_.store.write([&](storage::Transaction& tx) {
    return record(context_, tx, flight.actor, std::move(tried));
  }));
  return check;
}

}  // namespace strongroom::vault
