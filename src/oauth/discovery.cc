#include "oauth/discovery.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "oauth/answer.h"
#include "oauth/token_client.h"

namespace strongroom::oauth {
namespace {

// For all addresses of an issuer together: somebody waits for them, and so does a stop of the
// server.
constexpr std::chrono::milliseconds kLongestWait{10'000};
constexpr int kOk = 200;
constexpr int kRequestTimeout = 408;
constexpr int kTooManyRequests = 429;
constexpr LiteralText kTooSlow =
    "The issuer took too long to say that its well-known addresses have no metadata document.";
constexpr LiteralText kNoDocument =
    "The issuer has no metadata document: none of its well-known addresses has one.";

TokenFailure failure_of(FailureCause cause, LiteralText message, int status) {
  TokenFailure failure{.cause = cause, .message = message};
  failure.status = status;
  return failure;
}

TokenFailure failure_of_status(int status) {
  if (300 <= status && status < 400) {
    return failure_of(
        FailureCause::kRedirected,
        "The address of the metadata document sends the request elsewhere; redirects are never "
        "followed. Enter the issuer as the server itself writes it.",
        status);
  }
  if (status == kTooManyRequests) {
    return failure_of(FailureCause::kRateLimited, "The issuer asks for fewer requests.", status);
  }
  if (status >= 500 || status == kRequestTimeout) {
    return failure_of(FailureCause::kProviderUnavailable,
                      "The issuer is in trouble and cannot answer at the moment.", status);
  }
  return failure_of(FailureCause::kUnusableMetadata,
                    "The address of the metadata document gave an answer that is none.", status);
}

}  // namespace

// One search under way.
struct Discovery::Search {
  std::string issuer;
  std::vector<TokenRequest> requests;
  std::size_t next = 0;
  std::chrono::milliseconds left = kLongestWait;  // for all of them
  Done done;
  CheckFacts facts;  // of the address that was asked last
  http::AddressPolicy reach;
  std::shared_ptr<http::ExchangeTrace> trace;

  void fail(TokenFailure failure) {
    if (trace) facts.trace = std::move(*trace);
    facts.issuer = IssuerReading::kFailed;
    done(tl::make_unexpected(DiscoveryFailure{std::move(failure), std::move(facts)}));
  }
};

std::vector<TokenRequest> metadata_requests(std::string_view issuer) {
  std::vector<TokenRequest> requests;
  if (!check_issuer(issuer)) return requests;
  for (std::string& url : metadata_urls(issuer)) {
    TokenRequest request;
    request.message.method = "GET";
    request.message.url = std::move(url);
    request.message.headers = {{"Accept", "application/json"}};
    request.message.limits.max_response_bytes = kMaxMetadataBytes;
    requests.push_back(std::move(request));
  }
  return requests;
}

void Discovery::read(std::string issuer, std::vector<TokenRequest> requests, Done done) {
  auto search = std::make_shared<Search>();
  search->issuer = std::move(issuer);
  search->requests = std::move(requests);
  search->done = std::move(done);
  if (search->requests.empty()) {
    return search->fail(failure_of(FailureCause::kInvalidSettings,
                                   "The issuer is not an https address without a query.", 0));
  }
  ask(std::move(search));
}

void Discovery::ask(std::shared_ptr<Search> search) {
  http::OutgoingRequest message = std::move(search->requests[search->next++].message);
  search->trace = std::make_shared<http::ExchangeTrace>();
  message.trace = search->trace;
  message.limits.total_timeout = std::min(message.limits.total_timeout, search->left);
  search->reach = message.policy;
  search->facts = {.endpoint = message.url};
  if (message.proxy) search->facts.proxy = message.proxy->url;
  client_.send(std::move(message),
               [this, search = std::move(search)](http::ExchangeResult result) mutable {
                 answered(std::move(search), std::move(result));
               });
}

void Discovery::answered(std::shared_ptr<Search> search, http::ExchangeResult result) {
  if (!result) return search->fail(classify(result.error()));
  const http::IncomingResponse& response = *result;
  search->facts.http_status = response.status;
  if (has_no_document(response.status, response.headers)) {
    search->left -= std::min(response.took, search->left);
    if (search->next == search->requests.size()) {
      return search->fail(
          failure_of(FailureCause::kUnusableMetadata, kNoDocument, response.status));
    }
    if (search->left > std::chrono::milliseconds{0}) return ask(std::move(search));
    return search->fail(failure_of(FailureCause::kTimedOut, kTooSlow, response.status));
  }
  if (response.status != kOk) return search->fail(failure_of_status(response.status));
  auto metadata = parse_server_metadata(response.body.reveal(), search->issuer, &search->reach);
  if (metadata) return search->done(*std::move(metadata));
  TokenFailure failure =
      failure_of(FailureCause::kUnusableMetadata, metadata.error().message, response.status);
  failure.detail = metadata.error().detail;
  search->fail(std::move(failure));
}

DiscoveryResult Discovery::read_and_wait(std::string issuer, std::vector<TokenRequest> requests) {
  struct Waiting {
    std::mutex mutex;
    std::condition_variable arrived;
    std::optional<DiscoveryResult> result;
  };
  const auto waiting = std::make_shared<Waiting>();
  read(std::move(issuer), std::move(requests), [waiting](DiscoveryResult result) {
    const std::lock_guard lock(waiting->mutex);
    waiting->result = std::move(result);
    waiting->arrived.notify_one();
  });
  std::unique_lock lock(waiting->mutex);
  waiting->arrived.wait(lock, [&] { return waiting->result.has_value(); });
  return *std::move(waiting->result);
}

Error as_error(const DiscoveryFailure& failure) {
  Error error = as_error(failure.failure);
  if (failure.failure.cause == FailureCause::kUnusableMetadata ||
      failure.failure.cause == FailureCause::kInvalidSettings) {
    error.code = Code::kInvalidArgument;
  }
  error.detail += " " + failure.facts.endpoint;
  return std::move(error).with("hop",
                               VisibleName{std::string(to_text(hop_of(failure.failure.cause)))});
}

EndpointCheck failed_in_discovery(DiscoveryFailure failure) {
  return check_of(std::move(failure.facts), &failure.failure);
}

}  // namespace strongroom::oauth
