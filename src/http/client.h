#pragma once
// The one way out: every request that Strongroom sends goes through a Client (invariant 11).

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/function.h"
#include "base/result.h"
#include "base/secret.h"
#include "http/address_policy.h"
#include "http/client_identity.h"
#include "http/exchange_trace.h"
#include "http/message.h"
#include "http/proxy.h"

namespace strongroom::http {

using RequestBody = Secret<struct RequestBodyKind>;
using SecretHeader = Secret<struct SecretHeaderKind>;  // a whole line, "Authorization: Basic …"
using ResponseBody = Secret<struct ResponseBodyKind>;

// What may be asked of one exchange. Redirects are never followed.
struct ClientLimits {
  std::size_t max_response_bytes = 1'048'576;  // after decompression
  std::size_t max_header_bytes = 65'536;
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds idle_timeout{10'000};  // without a byte
  std::chrono::milliseconds total_timeout{20'000};
};

struct OutgoingRequest {
  std::string method = "POST";
  std::string url;              // absolute, https; http only where `policy` says so
  std::vector<Header> headers;  // not secret
  std::optional<SecretHeader> secret_header;
  RequestBody body{""};
  std::string trusted_ca_pem;              // empty: the system's roots; otherwise these CAs alone
  std::optional<ClientIdentity> identity;  // shown to a server that asks for a certificate
  std::string extra_ca_pem;                // trusted besides the system's roots, where those count
  AddressPolicy policy;  // where the server may be, whether or not a proxy leads to it
  std::optional<OutgoingProxy> proxy;
  ClientLimits limits;
  std::string unix_socket;  // empty, or the path of a socket to use in place of TCP
  // Empty, or what is filled in until `done` is called; not to be looked at before.
  std::shared_ptr<ExchangeTrace> trace;
};

struct IncomingResponse {
  int status = 0;
  std::vector<Header> headers;
  ResponseBody body{""};
  bool asked_for_certificate = false;  // of the client's, in the handshake or later
  WallTime sent_at;                    // when the request was sent; ages count from here
  BootTime sent_at_boot;
  Milliseconds took{};  // from then until all of it was there
};

// Where an exchange failed, for the one who has to mend it.
enum class Hop {
  kUrl,
  kName,
  kAddressPolicy,
  kProxy,  // the proxy on the way, or what it let come through in the server's place
  kConnect,
  kTls,
  kSend,
  kReceive,
  kLimit,  // more bytes than are taken
  kTime,   // connected, and then too slow
  kLocal,  // this machine has too much to do, no memory, or stops; the server is not to blame
};

// What exactly went wrong at that hop, where that is known and changes who must act.
enum class Fault {
  kOther,
  kUntrustedChain,       // kTls: no trusted CA vouches for the server's certificate
  kOtherName,            // kTls: the server's certificate is for another host name
  kExpired,              // kTls: the server's certificate has expired
  kClientCertificate,    // kTls: the server asks for one of ours, or does not accept it
  kProxyAuthentication,  // kProxy: it wants other credentials
  kProxyRefusal,         // kProxy: it does not let through to this server
};

// Why an exchange gave no response.
struct ExchangeFailure {
  Hop hop;
  LiteralText message;           // "The name could not be resolved."
  std::string detail;            // for the log
  bool may_have_arrived = true;  // false: the peer certainly never saw the request
  Fault fault = Fault::kOther;
};

using ExchangeResult = tl::expected<IncomingResponse, ExchangeFailure>;
using ExchangeDone = UniqueFunction<void(ExchangeResult)>;

// An implementation is safe to call from any thread.
class Client {
 public:
  virtual ~Client() = default;

  // Sends `request`; calls `done` exactly once, on a thread of the client's own, which must not be
  // blocked: hand the answer to an Executor. Any complete response is a success here, whatever its
  // status, 3xx included.
  virtual void send(OutgoingRequest request, ExchangeDone done) = 0;
};

// send(), and wait for the answer. For the command line and tests; never on an event loop.
ExchangeResult send_and_wait(Client& client, OutgoingRequest request);

}  // namespace strongroom::http
