#pragma once
// Fetches what an authorization server says of itself (RFC 8414 section 3).

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/function.h"
#include "http/client.h"
#include "oauth/endpoint_check.h"
#include "oauth/server_metadata.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

// Why there is no metadata, in plain words, and what was met on the way to the last address that
// was asked.
struct DiscoveryFailure {
  TokenFailure failure;
  CheckFacts facts;
};

using DiscoveryResult = tl::expected<ServerMetadata, DiscoveryFailure>;

// One request for each address at which the document may be, in the order of asking, without where
// they may go: the caller adds that (restrict_destination). None: `issuer` is not an issuer.
std::vector<TokenRequest> metadata_requests(std::string_view issuer);

// Safe to use from any thread.
class Discovery {
 public:
  // `client` must outlive every request.
  explicit Discovery(http::Client& client) : client_(client) {}

  // Asks one address after the other until one has a document: a 4xx that says that there is
  // nothing, or an answer that is not JSON, leads to the next. Any other failure ends it,
  // and so does a document that is not to be believed: whoever can write one address of an issuer
  // is not made up for by another. Calls `done` exactly once, on a thread of the http client that
  // must not be blocked.
  using Done = UniqueFunction<void(DiscoveryResult)>;
  void read(std::string issuer, std::vector<TokenRequest> requests, Done done);

  // The same, and waits: for a worker thread, never on an event loop.
  DiscoveryResult read_and_wait(std::string issuer, std::vector<TokenRequest> requests);

  // For who asks a resource first (oauth/resource_reading.h).
  http::Client& client() const { return client_; }

 private:
  struct Search;
  void ask(std::shared_ptr<Search> search);
  void answered(std::shared_ptr<Search> search, http::ExchangeResult result);

  http::Client& client_;
};

// The failure as an Error for whoever asked: kInvalidArgument where the document, or that there is
// none, is to blame; otherwise kProviderRefused or kUnavailable. Parameters "cause", "hop" (as
// CheckHop's text) and "who_must_act".
Error as_error(const DiscoveryFailure& failure);

// The check of a target system whose issuer cannot be read.
EndpointCheck failed_in_discovery(DiscoveryFailure failure);

}  // namespace strongroom::oauth
