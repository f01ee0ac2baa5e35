#include "vault/resource_discovery.h"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

#include "base/unicode.h"
#include "crypto/certificate.h"
#include "oauth/outgoing_policy.h"
#include "oauth/resource_reading.h"
#include "vault/issuer_metadata.h"
#include "vault/outgoing_request.h"
#include "vault/target_system_rules.h"

namespace strongroom::vault {
namespace {

constexpr std::string_view kAsked = "/resource";
constexpr std::string_view kStored = "/protected_resource";
constexpr std::string_view kOfflineAccess = "offline_access";

bool has(const std::vector<std::string>& list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

Error unreadable(Error error, std::string_view field) {
  error.problem = "resource_unreadable";
  return std::move(error).at(std::string(field));
}

Status check_question(const ResourceQuestion& question) {
  if (!question.trusted_ca_pem.empty()) {
    if (auto checked = crypto::check_pem_certificates(question.trusted_ca_pem); !checked) {
      return std::move(checked).error().at("/trusted_ca_pem");
    }
  }
  STRONGROOM_CHECK(oauth::check_allowed_addresses(question.allowed_addresses));
  return oauth::check_proxy(question.proxy);
}

oauth::Restriction restriction_of(Context& context, const ResourceQuestion& question) {
  return [&context, &question](oauth::TokenRequest& request) {
    return oauth::restrict_destination(request, context.network,
                                       {.trusted_ca_pem = question.trusted_ca_pem,
                                        .allowed_addresses = question.allowed_addresses,
                                        .proxy = question.proxy,
                                        .proxy_credentials = {}});
  };
}

// What several issuers answer, asked at the same time.
class Answers {
 public:
  explicit Answers(std::size_t count) : results_(count), left_(count) {}

  void put(std::size_t index, oauth::DiscoveryResult result) {
    const std::lock_guard lock(mutex_);
    results_[index].emplace(std::move(result));
    --left_;
    arrived_.notify_one();
  }
  std::vector<std::optional<oauth::DiscoveryResult>> wait() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return left_ == 0; });
    return std::move(results_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<std::optional<oauth::DiscoveryResult>> results_;
  std::size_t left_;
};

// The grants of the metadata that there are flows for; RFC 8414 section 2 says what silence means.
std::vector<GrantFlow> grants_of(const oauth::ServerMetadata& metadata) {
  const std::vector<std::string> offered =
      metadata.grant_types.value_or(std::vector<std::string>{"authorization_code"});
  std::vector<GrantFlow> grants;
  if (has(offered, "authorization_code") && !metadata.authorization_endpoint.empty()) {
    grants.push_back(GrantFlow::kAuthorizationCode);
  }
  if (has(offered, "client_credentials")) grants.push_back(GrantFlow::kClientCredentials);
  if (has(offered, "urn:ietf:params:oauth:grant-type:device_code") &&
      !metadata.device_authorization_endpoint.empty()) {
    grants.push_back(GrantFlow::kDeviceCode);
  }
  return grants;
}

OfferedRegistration way_of(const oauth::ServerMetadata& metadata) {
  if (metadata.takes_client_id_documents) return OfferedRegistration::kDocument;
  return metadata.registration_endpoint.empty() ? OfferedRegistration::kByHand
                                                : OfferedRegistration::kDynamic;
}

void describe(const oauth::DiscoveryResult& read, const std::string& issuer,
              const std::vector<std::string>& scopes, ProposedServer& server) {
  const bool is_of_many = read && oauth::is_for_many_tenants(issuer, *read);
  if (!read || is_of_many) {
    server.trouble = ServerTrouble::kUnreadable;
    server.message = is_of_many ? LiteralText("This issuer stands for many tenants.")
                                : oauth::as_error(read.error()).message;
    return;
  }
  server.grants = grants_of(*read);
  server.registration = way_of(*read);
  server.pkce = has(read->code_challenge_methods, "S256");
  server.scopes = scopes;
  if (read->scopes && has(*read->scopes, kOfflineAccess)) {
    server.scopes.emplace_back(kOfflineAccess);
  }
  if (server.pkce) return;
  server.trouble = ServerTrouble::kNoPkce;
  server.message =
      "It does not say that it knows PKCE with S256, so nobody signs in there for this resource.";
}

std::vector<ProposedServer> ask_servers(oauth::Discovery& discovery,
                                        const std::vector<std::string>& issuers,
                                        const std::vector<std::string>& scopes,
                                        const oauth::Restriction& restrict) {
  const auto answers = std::make_shared<Answers>(issuers.size());
  for (std::size_t i = 0; i < issuers.size(); ++i) {
    // None where it is no issuer; so is one that may not be sent.
    auto requests = oauth::metadata_requests(issuers[i]);
    const auto may_be_sent = [&](oauth::TokenRequest& request) {
      return restrict(request).has_value();
    };
    if (!std::ranges::all_of(requests, may_be_sent)) requests.clear();
    discovery.read(issuers[i], std::move(requests), [answers, i](oauth::DiscoveryResult result) {
      answers->put(i, std::move(result));
    });
  }
  const auto results = answers->wait();
  std::vector<ProposedServer> servers(issuers.size());
  for (std::size_t i = 0; i < issuers.size(); ++i) {
    servers[i].issuer = plain_excerpt(issuers[i], 2'048);
    if (oauth::check_issuer(issuers[i])) {
      describe(*results[i], issuers[i], scopes, servers[i]);
      continue;
    }
    servers[i].trouble = ServerTrouble::kNotAnIssuer;
    servers[i].message = "This is not an https address of an authorization server: nobody asks it.";
  }
  return servers;
}

}  // namespace

Result<ResourceProposal> ResourceDiscovery::propose(const Actor& actor,
                                                    const ResourceQuestion& question) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  auto resource = oauth::canonical_resource(question.resource);
  if (!resource) return std::move(resource).error().at(std::string(kAsked));
  STRONGROOM_CHECK(check_question(question));
  const oauth::Restriction restrict = restriction_of(context_, question);
  auto read = oauth::read_resource(discovery_.client(), *resource, restrict);
  if (!read) return unreadable(oauth::as_error(read.error()), kAsked);
  const std::vector<std::string> scopes = read->scopes();
  return ResourceProposal{
      .resource = read->metadata.resource,
      .name = read->metadata.name,
      .scopes = scopes,
      .servers = ask_servers(discovery_, read->metadata.authorization_servers, scopes, restrict)};
}

Status follow_resource(Context& context, oauth::Discovery* discovery, storage::TargetSystemRow& row,
                       TargetSystem& system, oauth::FailureCause* cause) {
  if (system.protected_resource.empty()) return {};
  if (discovery == nullptr) {
    return unreadable(Error{Code::kUnavailable, "The resource's metadata cannot be read here."},
                      kStored);
  }
  STRONGROOM_TRY(const std::string resource, oauth::canonical_resource(system.protected_resource));
  const auto restrict = [&](oauth::TokenRequest& request) {
    return restrict_request(context, row, system, request);
  };
  auto read = oauth::read_resource(discovery->client(), resource, restrict);
  if (!read) {
    if (cause != nullptr) *cause = read.error().failure.cause;
    return unreadable(oauth::as_error(read.error()), kStored);
  }
  if (!has(read->metadata.authorization_servers, issuer_of(system))) {
    if (cause != nullptr) *cause = oauth::FailureCause::kUnusableMetadata;
    Error error{Code::kConflict,
                "The resource does not name this issuer as one that its tokens come from. Look at "
                "which it names now, and choose: nothing follows it by itself.",
                {},
                "issuer_not_named"};
    return std::move(error).at("/endpoint_parameters/" + std::string(catalogue::kIssuerVariable));
  }
  system.protected_resource = read->metadata.resource;
  row.protected_resource = system.protected_resource;
  return {};
}

std::string_view to_text(OfferedRegistration value) {
  switch (value) {
    case OfferedRegistration::kDocument:
      return "document";
    case OfferedRegistration::kDynamic:
      return "dynamic";
    case OfferedRegistration::kByHand:
      break;
  }
  return "by_hand";
}

std::string_view to_text(ServerTrouble value) {
  switch (value) {
    case ServerTrouble::kNone:
      break;
    case ServerTrouble::kNotAnIssuer:
      return "not_an_issuer";
    case ServerTrouble::kUnreadable:
      return "unreadable";
    case ServerTrouble::kNoPkce:
      return "no_pkce";
  }
  return "";
}

}  // namespace strongroom::vault
