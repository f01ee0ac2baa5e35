#include "vault/departures.h"

#include <optional>
#include <utility>

#include "oauth/oauth1_answer.h"
#include "vault/callback_url.h"
#include "vault/oauth1_requests.h"
#include "vault/provider_gates.h"
#include "vault/sign_in_parties.h"
#include "vault/sign_in_way.h"

namespace strongroom::vault {

// Temporary credentials on their way (RFC 5849 section 2.1), or a pushed request.
struct Departures::Asking {
  AuthorizationTicket ticket;
  Opener opener;
  SignInParties parties;
  std::string callback;
  Done done;
  TokenRequests plan = {};
  std::size_t next = 0;
  Seconds skew{0};
  bool is_second_try = false;  // with another nonce, and perhaps another clock
  GatePass pass = {};
  std::optional<FoundWay> way = {};  // there where the request is pushed

  OAuthClientId client() const { return OAuthClientId{parties.client.id}; }
  void end(Result<Departure> result) { std::exchange(done, {})(std::move(result)); }
};

namespace {

Error asked_already() {
  return Error{Code::kUnavailable,
               "The service provider is being asked already. Wait a moment, then press Continue "
               "again.",
               {},
               "overloaded"};
}

Error settings_changed() {
  return Error{Code::kConflict,
               "The target system was changed just now. Press Continue again.",
               {},
               "settings_changed"};
}

}  // namespace

void Departures::depart(std::string_view ticket, const Opener& opener, Done done) {
  auto parties = authorizations_.parties_behind(ticket);
  if (!parties) return done(std::move(parties).error());
  if (const Status may = check_can_sign_in(*parties); !may) return done(may.error());
  const std::string callback = callback_url(public_url_(), parties->system);
  if (parties->system.grant != GrantFlow::kOauth1) {
    auto way = find_way(context_, *parties, callback);
    if (!way) return done(std::move(way).error());
    if (!way->pushed) return done(authorizations_.leave(ticket, std::move(way->way), opener));
  }
  // Whoever has the link makes the provider work once at a time.
  const std::string key = hash_of(ticket);
  if (!leaving_.lock()->insert(key).second) return done(asked_already());
  auto last = [this, key, done = std::move(done)](Result<Departure> gone) mutable {
    leaving_.lock()->erase(key);
    done(std::move(gone));
  };
  ask(std::make_shared<Asking>(Asking{.ticket = AuthorizationTicket(ticket),
                                      .opener = opener,
                                      .parties = *std::move(parties),
                                      .callback = callback,
                                      .done = std::move(last)}));
}

// Asked last of all who may stop it, and right before anything is sent: there was a wait at a gate,
// perhaps, and another press.
Status Departures::prepare(Asking& asking) {
  STRONGROOM_TRY(asking.parties, authorizations_.parties_behind(asking.ticket.reveal()));
  STRONGROOM_CHECK(check_can_sign_in(asking.parties));
  if (asking.parties.system.grant == GrantFlow::kOauth1) {
    STRONGROOM_TRY(asking.plan, build_temporary_requests(context_, asking.client(), asking.callback,
                                                         asking.skew));
    return {};
  }
  STRONGROOM_TRY(FoundWay way, find_way(context_, asking.parties, asking.callback));
  if (!way.pushed) return settings_changed();
  asking.plan = std::move(way.pushed->plan);
  asking.way = std::move(way);
  return {};
}

// Goes on once the gate of the provider lets it through: before others, since somebody's browser
// waits.
void Departures::ask(std::shared_ptr<Asking> asking) {
  const ProviderEndpoint endpoint = provider_endpoint(context_.catalogue, asking->parties.system);
  if (context_.gates == nullptr || endpoint.host.empty()) return send(std::move(asking));
  const GateVisitor who{.token = {asking->client()},
                        .project = asking->parties.project(),
                        .service_provider = asking->parties.system.service_provider};
  context_.gates->enter(endpoint, who, Urgency::kPerson,
                        [this, asking = std::move(asking)](Result<GatePass> pass) mutable {
                          if (!pass) return asking->end(std::move(pass).error());
                          asking->pass = *std::move(pass);
                          send(std::move(asking));
                        });
}

void Departures::send(std::shared_ptr<Asking> asking) {
  if (asking->next == 0) {
    const Status prepared = prepare(*asking);
    if (!prepared) return asking->end(prepared.error());
  }
  oauth::TokenRequest request = std::move(asking->plan.requests[asking->next++]);
  token_client_.request_raw(std::move(request),
                            [this, asking = std::move(asking)](oauth::RawResult raw) mutable {
                              auto arrived = [this, asking, raw = std::move(raw)]() mutable {
                                if (asking->way) return pushed(std::move(asking), raw);
                                answered(std::move(asking), std::move(raw));
                              };
                              if (!workers_(std::move(arrived))) {
                                context_.log.warning("A sign-in was cut off by a stop.");
                              }
                            });
}

// On a worker.
void Departures::answered(std::shared_ptr<Asking> asking, oauth::RawResult raw) {
  oauth::Oauth1Result temporary =
      raw ? oauth::read_temporary_credentials(raw->response, asking->skew)
          : oauth::Oauth1Result(tl::unexpected(std::move(raw).error()));
  asking->pass.note(temporary ? nullptr : &temporary.error());
  if (temporary) return leave(*asking, *std::move(temporary));
  const auto skew = oauth::skew_for_retry(temporary.error(), asking->skew);
  if (skew && !std::exchange(asking->is_second_try, true)) {
    asking->skew = *skew;
    asking->next = 0;
    return send(std::move(asking));
  }
  const bool other_credential = oauth::is_of_credential(temporary.error().cause);
  if (other_credential && asking->next < asking->plan.requests.size()) {
    return send(std::move(asking));
  }
  Error error = oauth::as_error(temporary.error());
  context_.log.failed("A provider gave no temporary credentials.", error,
                      {{"oauth_client", asking->parties.client.id}});
  asking->end(std::move(error));
}

void Departures::leave(Asking& asking, oauth::Oauth1Credentials temporary) {
  auto way = find_signed_way(context_, asking.parties, asking.callback, std::move(temporary));
  if (!way) return asking.end(std::move(way).error());
  asking.end(authorizations_.leave(asking.ticket.reveal(), *std::move(way), asking.opener));
}

// On a worker.
void Departures::pushed(std::shared_ptr<Asking> asking, const oauth::RawResult& raw) {
  const oauth::PushedResult reference = oauth::read_pushed_authorization(raw);
  asking->pass.note(reference ? nullptr : &reference.error());
  SignInWay& way = asking->way->way;
  if (reference) {
    auto address =
        pushed_address(context_, asking->parties, way.flow.tenant, reference->request_uri);
    if (!address) return asking->end(std::move(address).error());
    way.address = *std::move(address);
    return asking->end(
        authorizations_.leave(asking->ticket.reveal(), std::move(way), asking->opener));
  }
  const oauth::TokenFailure& failure = reference.error();
  if (oauth::is_of_credential(failure.cause) && asking->next < asking->plan.requests.size()) {
    return send(std::move(asking));
  }
  Error error = oauth::as_error(failure);
  context_.log.failed("A provider did not take a pushed authorization request.", error,
                      {{"oauth_client", asking->parties.client.id}});
  // Through the browser, where that may be.
  if (asking->way->pushed->is_required || !oauth::may_go_unpushed(failure) ||
      way.address.reveal().empty()) {
    return asking->end(std::move(error));
  }
  asking->end(authorizations_.leave(asking->ticket.reveal(), std::move(way), asking->opener));
}

}  // namespace strongroom::vault
