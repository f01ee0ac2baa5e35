#include "oauth/resource_reading.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "oauth/answer.h"
#include "oauth/token_client.h"

namespace strongroom::oauth {
namespace {

using std::chrono::milliseconds;

// For all requests together: somebody waits for them, and so does a stop of the server.
constexpr milliseconds kLongestWait{10'000};
// Whoever is not asked with a token may open a stream that never ends.
constexpr milliseconds kLongestFirstAnswer{4'000};
constexpr int kOk = 200;
constexpr int kUnauthorized = 401;
constexpr LiteralText kNoDocument =
    "The resource does not say where its tokens come from: it has no metadata (RFC 9728).";

bool is_redirect(int status) { return 300 <= status && status < 400; }

// One search under way.
class Search {
 public:
  Search(http::Client& client, const std::string& resource, const Restriction& restrict)
      : client_(client), resource_(resource), restrict_(restrict) {}

  ResourceResult run() {
    const auto challenge = ask_resource();
    if (!challenge) return tl::make_unexpected(challenge.error());
    std::vector<ResourceMetadataPlace> places = resource_metadata_places(resource_);
    if (!challenge->metadata_url.empty()) places = {{.url = challenge->metadata_url}};
    for (const ResourceMetadataPlace& place : places) {
      auto found = ask_place(place);
      if (!found) return tl::make_unexpected(std::move(found).error());
      if (!*found) continue;
      return ResourceReading{.metadata = **std::move(found), .challenge_scopes = challenge->scopes};
    }
    return failed(FailureCause::kUnusableMetadata, kNoDocument);
  }

 private:
  using Failed = tl::unexpected<DiscoveryFailure>;

  Failed failed(TokenFailure failure) {
    if (trace_) facts_.trace = std::move(*trace_);
    facts_.issuer = IssuerReading::kFailed;
    return tl::make_unexpected(DiscoveryFailure{std::move(failure), std::move(facts_)});
  }
  Failed failed(FailureCause cause, LiteralText message, std::string detail = {}) {
    TokenFailure failure{.cause = cause, .message = message};
    failure.status = facts_.http_status;
    failure.detail = std::move(detail);
    return failed(std::move(failure));
  }

  http::ExchangeResult get(const std::string& url, milliseconds longest) {
    TokenRequest request;
    request.message.method = "GET";
    request.message.url = url;
    request.message.headers = {{"Accept", "application/json"}};
    if (const Status allowed = restrict_(request); !allowed) {
      return tl::make_unexpected(http::ExchangeFailure{.hop = http::Hop::kAddressPolicy,
                                                       .message = allowed.error().message,
                                                       .detail = allowed.error().detail,
                                                       .may_have_arrived = false});
    }
    request.message.limits.max_response_bytes = kMaxResourceMetadataBytes;
    request.message.limits.total_timeout =
        std::min({request.message.limits.total_timeout, longest, left_});
    trace_ = std::make_shared<http::ExchangeTrace>();  // until it is answered, the client's
    request.message.trace = trace_;
    facts_ = {.endpoint = url};
    if (request.message.proxy) facts_.proxy = request.message.proxy->url;
    const milliseconds most = request.message.limits.total_timeout;
    auto answer = http::send_and_wait(client_, std::move(request.message));
    left_ -= std::min(left_, answer ? answer->took : most);
    if (answer) facts_.http_status = answer->status;
    return answer;
  }

  // What a 401 says; anything else says nothing, and the well-known places are asked.
  tl::expected<ResourceChallenge, DiscoveryFailure> ask_resource() {
    const auto answer = get(resource_, kLongestFirstAnswer);
    if (!answer) {
      const http::Hop hop = answer.error().hop;
      if (hop == http::Hop::kLimit || hop == http::Hop::kTime) return ResourceChallenge{};
      return failed(classify(answer.error()));
    }
    if (is_redirect(answer->status)) return failed_by_redirect();
    if (answer->status != kUnauthorized) return ResourceChallenge{};
    const auto challenges = challenges_of(answer->headers);
    if (!challenges) return ResourceChallenge{};  // it is not written as a challenge is
    auto challenge = read_resource_challenge(*challenges, resource_);
    if (challenge) return *std::move(challenge);
    return failed(FailureCause::kUnusableMetadata, challenge.error().message,
                  challenge.error().detail);
  }

  // nullopt: there is no document at this place.
  tl::expected<std::optional<ResourceMetadata>, DiscoveryFailure> ask_place(
      const ResourceMetadataPlace& place) {
    using Found = std::optional<ResourceMetadata>;
    if (left_ <= milliseconds{0}) {
      return failed(FailureCause::kTimedOut,
                    "The resource took too long to say where its tokens come from.");
    }
    const auto answer = get(place.url, kLongestWait);
    if (!answer) return failed(classify(answer.error()));
    if (has_no_document(answer->status, answer->headers)) return Found();
    if (is_redirect(answer->status)) return failed_by_redirect();
    if (answer->status != kOk) {
      return failed(FailureCause::kProviderUnavailable,
                    "The resource is in trouble and cannot answer at the moment.");
    }
    auto metadata = parse_resource_metadata(answer->body.reveal(), resource_, place.at_root);
    if (!metadata) {
      return failed(FailureCause::kUnusableMetadata, metadata.error().message,
                    metadata.error().detail);
    }
    if (metadata->authorization_servers.empty()) {
      return failed(FailureCause::kUnusableMetadata,
                    "The resource's metadata names no authorization server.");
    }
    if (!metadata->takes_header()) {
      return failed(FailureCause::kUnusableMetadata,
                    "The resource takes tokens in no header, and they are sent in no other way.");
    }
    return Found(*std::move(metadata));
  }

  Failed failed_by_redirect() {
    return failed(FailureCause::kRedirected,
                  "The resource sends the request elsewhere; redirects are never followed. Enter "
                  "the address that the resource itself has.");
  }

  http::Client& client_;
  const std::string& resource_;
  const Restriction& restrict_;
  milliseconds left_ = kLongestWait;
  CheckFacts facts_;  // of the address that was asked last
  std::shared_ptr<http::ExchangeTrace> trace_;
};

}  // namespace

std::vector<std::string> ResourceReading::scopes() const {
  std::vector<std::string> wanted =
      challenge_scopes ? *challenge_scopes : metadata.scopes.value_or(std::vector<std::string>());
  std::erase(wanted, "offline_access");
  return wanted;
}

ResourceResult read_resource(http::Client& client, const std::string& resource,
                             const Restriction& restrict) {
  return Search(client, resource, restrict).run();
}

}  // namespace strongroom::oauth
