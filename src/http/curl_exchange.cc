#include "http/curl_exchange.h"

#include <algorithm>
#include <utility>

#include <openssl/ssl.h>
#include <sys/socket.h>

#include "http/resolver.h"

namespace strongroom::http {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// libcurl's own error texts may quote the peer; the log gets visible ASCII only.
std::string printable(std::string_view text) {
  std::string out(text.substr(0, 200));
  std::ranges::replace_if(
      out, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return out;
}

}  // namespace

CurlExchange::CurlExchange(std::uint64_t id, OutgoingRequest request, Route route,
                           ExchangeDone done, const Clock& clock)
    : id_(id),
      request_(std::move(request)),
      route_(std::move(route)),
      done_(std::move(done)),
      clock_(clock),
      total_deadline_(Timer::now() + request_.limits.total_timeout) {}

CurlExchange& CurlExchange::of(CURL* handle) {
  void* self = nullptr;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &self);
  return *static_cast<CurlExchange*>(self);
}

bool CurlExchange::is_judged(const IpAddress& address) const {
  return std::ranges::find(judged_, address) != judged_.end();
}

// Ends the exchange for a reason of ours; false, for a callback to pass on.
bool CurlExchange::refuse(Hop hop, LiteralText message) {
  refused_ = ExchangeFailure{hop, message, url().host, may_have_arrived()};
  return false;
}

// The last gate before a connection: whatever libcurl may have made of the name, the socket goes to
// an address that was judged.
curl_socket_t CurlExchange::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  const bool local = address->family == AF_UNIX && !exchange.request_.unix_socket.empty();
  const auto target = address_of(&address->addr);
  if (!local &&
      (!exchange.request_.unix_socket.empty() || !target || !exchange.is_judged(*target))) {
    exchange.refuse(Hop::kAddressPolicy, "The connection would go to an address nobody judged.");
    return CURL_SOCKET_BAD;
  }
  if (target && exchange.request_.trace) exchange.request_.trace->connected_to = target->text();
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// The connection stands, and TLS begins: with an https proxy first, then with the server.
CURLcode CurlExchange::about_to_shake_hands(CURL*, void* context, void* self) {
  return static_cast<CurlExchange*>(self)->begin_tls(static_cast<SSL_CTX*>(context));
}

// libcurl has just obeyed $SSLKEYLOGFILE; we do not. OpenSSL would leave what it decrypted in its
// buffer.
CURLcode CurlExchange::begin_tls(SSL_CTX* tls) {
  SSL_CTX_set_keylog_callback(tls, nullptr);
  SSL_CTX_set_options(tls, SSL_OP_CLEANSE_PLAINTEXT);
  const bool with_proxy =
      route_.proxy && route_.proxy->scheme == "https" && progress_ == Progress::kNotConnected;
  progress_ = with_proxy ? Progress::kProxyTls : Progress::kConnected;
  if (!add_extra_cas(tls, with_proxy)) return CURLE_SSL_CACERT_BADFILE;
  if (!with_proxy && !begin_server_tls(tls)) return CURLE_SSL_CERTPROBLEM;
  return CURLE_OK;
}

// Where a CA is named, it alone counts. What a proxy is trusted by says nothing about the server.
bool CurlExchange::add_extra_cas(SSL_CTX* tls, bool with_proxy) {
  const auto add = [tls](const std::string& pem) { return pem.empty() || trust_also(tls, pem); };
  if (!with_proxy) return !request_.trusted_ca_pem.empty() || add(request_.extra_ca_pem);
  const OutgoingProxy& proxy = *request_.proxy;
  return !proxy.trusted_ca_pem.empty() || (add(request_.extra_ca_pem) && add(proxy.extra_ca_pem));
}

// The client's own certificate is for the server, never for a proxy.
bool CurlExchange::begin_server_tls(SSL_CTX* tls) {
  if (!demand_.start(tls)) return refuse(Hop::kTls, "There was no memory left for a connection.");
  if (request_.trace) request_.trace->connected = true;
  verification_.trace = request_.trace.get();
  watch_verification(tls, verification_);
  if (!request_.identity || show_identity(tls, *request_.identity)) return true;
  return refuse(Hop::kTls,
                "The client certificate and its private key cannot be used for TLS. Enter a pair "
                "that can: an RSA key of 2048 bits or more, or P-256, and signed with SHA-256.");
}

// The connection stands, TLS included, and nothing of the request has been written yet.
int CurlExchange::about_to_send(void* self, char*, char*, int, int) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  exchange.progress_ = Progress::kSent;
  exchange.last_byte_ = Timer::now();
  exchange.response_.sent_at = exchange.clock_.now();
  exchange.response_.sent_at_boot = exchange.clock_.boot_now();
  if (exchange.request_.trace) exchange.note_session();
  return CURL_PREREQFUNC_OK;
}

void CurlExchange::note_session() {
  request_.trace->connected = true;
  curl_tlssessioninfo* session = nullptr;
  if (curl_easy_getinfo(easy_.get(), CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK ||
      session == nullptr || session->backend != CURLSSLBACKEND_OPENSSL ||
      session->internals == nullptr) {
    return;
  }
  request_.trace->tls_protocol = SSL_get_version(static_cast<SSL*>(session->internals));
}

std::size_t CurlExchange::take_header(char* data, std::size_t, std::size_t size, void* self) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  exchange.last_byte_ = Timer::now();
  exchange.header_bytes_ += size;
  if (exchange.header_bytes_ > exchange.request_.limits.max_header_bytes) {
    exchange.refuse(Hop::kLimit, "The headers of the server's answer are larger than allowed.");
    return 0;
  }
  std::string_view line(data, size);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return exchange.header_line(line) ? size : 0;
}

bool CurlExchange::header_line(std::string_view line) {
  if (head_ == Head::kComplete) return true;  // a trailer, which nobody asked for
  if (head_ == Head::kExpected) {             // the status line, which libcurl has read
    head_ = Head::kBegun;
    return true;
  }
  if (!line.empty()) return field_line(line);

  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  const bool interim = status < 200;  // "100 Continue" or its like; the real answer follows
  if (interim) response_.headers.clear();
  head_ = interim ? Head::kExpected : Head::kComplete;
  return true;
}

bool CurlExchange::field_line(std::string_view line) {
  const bool folded = line.front() == ' ' || line.front() == '\t';
  const std::size_t colon = line.find(':');
  const bool has_control = std::ranges::any_of(line, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
  if (has_control || (folded && response_.headers.empty()) ||
      (!folded && (colon == std::string_view::npos || colon == 0))) {
    return refuse(Hop::kReceive, "The server's answer is not well-formed HTTP.");
  }
  if (folded) {  // RFC 9112 section 5.2: a folded line reads as one space
    response_.headers.back().value += ' ';
    response_.headers.back().value += trimmed(line);
  } else {
    response_.headers.push_back(
        {std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1)))});
  }
  return true;
}

// Gets the body as it is after decompression, at most 16 KiB at a time, so a bomb ends here
//
std::size_t CurlExchange::take_body(char* data, std::size_t, std::size_t size, void* self) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  exchange.last_byte_ = Timer::now();
  if (size > exchange.request_.limits.max_response_bytes - exchange.body_.size()) {
    exchange.refuse(Hop::kLimit, "The server's answer is larger than allowed.");
    return 0;
  }
  exchange.body_.append({data, size});
  return size;
}

int CurlExchange::note_progress(void* self, curl_off_t, curl_off_t down, curl_off_t,
                                curl_off_t up) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  if (exchange.moved_ != down + up) exchange.last_byte_ = Timer::now();
  exchange.moved_ = down + up;
  return 0;
}

ExchangeFailure CurlExchange::failure(CURLcode code) {
  CurlOutcome outcome{.code = code, .progress = progress_, .by_proxy = route_.proxy.has_value()};
  curl_easy_getinfo(easy_.get(),
                    progress_ == Progress::kProxyTls ? CURLINFO_PROXY_SSL_VERIFYRESULT
                                                     : CURLINFO_SSL_VERIFYRESULT,
                    &outcome.verify_result);
  // Where TLS runs inside TLS with a proxy, libcurl 7.88 forgets OpenSSL's reason while it sends
  // the alert, and calls it a handshake that broke off.
  if (progress_ == Progress::kConnected && verification_.error != X509_V_OK) {
    outcome.code = CURLE_PEER_FAILED_VERIFICATION;
    outcome.verify_result = verification_.error;
  }
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &outcome.connect_status);
  const char* text = error_text_[0] != '\0' ? error_text_ : curl_easy_strerror(code);
  std::string detail = url().host + ": " + printable(text);
  if (head_ == Head::kExpected) {
    const auto refusal = certificate_refusal(demand_.seen(), request_.identity.has_value(), code);
    if (refusal) {
      return {Hop::kTls, *refusal, std::move(detail), may_have_arrived(),
              Fault::kClientCertificate};
    }
  }
  return failure_of(outcome, std::move(detail));
}

// What can be asked of libcurl only when it is done.
void CurlExchange::note_end() {
  long value = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &value);
  request_.trace->proxy_status = static_cast<int>(value);
  value = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_VERSION, &value);
  if (value == CURL_HTTP_VERSION_2_0) request_.trace->http_version = "2";
  if (value == CURL_HTTP_VERSION_1_1) request_.trace->http_version = "1.1";
  if (value == CURL_HTTP_VERSION_1_0) request_.trace->http_version = "1.0";
}

ExchangeResult CurlExchange::result(CURLcode code) {
  if (request_.trace) note_end();
  if (refused_) return tl::make_unexpected(*std::exchange(refused_, std::nullopt));
  if (code != CURLE_OK) return tl::make_unexpected(failure(code));
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status < 200 || status > 999 || head_ != Head::kComplete) {
    return tl::make_unexpected(ExchangeFailure{
        Hop::kReceive, "The server's answer is not well-formed HTTP.", url().host, true});
  }
  response_.status = static_cast<int>(status);
  response_.took = clock_.boot_now() - response_.sent_at_boot;
  response_.body = ResponseBody(body_.view());
  response_.asked_for_certificate = demand_.seen().asked;
  body_.clear();
  return std::move(response_);
}

CurlExchange::Timer::time_point CurlExchange::deadline() const {
  if (progress_ != Progress::kSent) return total_deadline_;
  return std::min(total_deadline_, last_byte_ + request_.limits.idle_timeout);
}

ExchangeFailure CurlExchange::overdue() const {
  if (route_.proxy && progress_ < Progress::kConnected) {
    return {Hop::kProxy, "The proxy did not answer in time.", route_.proxy->host, false};
  }
  if (progress_ != Progress::kSent) {
    return {Hop::kConnect, "The connection to the server was not made in time.", url().host, false};
  }
  if (deadline() < total_deadline_) {
    return {Hop::kTime, "The server sent nothing for too long.", url().host, true};
  }
  return {Hop::kTime, "The server's answer was not complete in time.", url().host, true};
}

void CurlExchange::finish(ExchangeResult result) {
  easy_.reset();  // libcurl's copies of the credentials, and its buffers, are wiped here
  headers_.reset();
  proxy_headers_.reset();
  body_.clear();
  request_.body = RequestBody("");
  request_.secret_header.reset();
  request_.identity.reset();
  request_.proxy.reset();
  request_.trace.reset();  // whoever asked for it may look now
  ExchangeDone done = std::move(done_);
  done(std::move(result));
}

}  // namespace strongroom::http
