#include "http/curl_exchange.h"

#include <algorithm>
#include <array>
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

std::string bracketed(const IpAddress& address) {
  const std::string text = address.text();
  return text.find(':') == std::string::npos ? text : '[' + text + ']';
}

constexpr std::array<std::string_view, 3> kWithoutBody{"GET", "HEAD", "DELETE"};

}  // namespace

CurlExchange::CurlExchange(std::uint64_t id, OutgoingRequest request, Url url, ExchangeDone done,
                           const Clock& clock)
    : id_(id),
      request_(std::move(request)),
      url_(std::move(url)),
      done_(std::move(done)),
      clock_(clock),
      total_deadline_(Timer::now() + request_.limits.total_timeout) {}

CurlExchange& CurlExchange::of(CURL* handle) {
  void* self = nullptr;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &self);
  return *static_cast<CurlExchange*>(self);
}

template <class T>
void CurlExchange::set(CURLoption option, T value) {
  if (curl_easy_setopt(easy_.get(), option, value) != CURLE_OK) options_taken_ = false;
}

void CurlExchange::append(List& list, const std::string& line, bool& ok) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) {
    ok = false;
    return;
  }
  static_cast<void>(list.release());  // `longer` is the same list, or its first entry
  list.reset(longer);
}

bool CurlExchange::prepare(std::vector<IpAddress> judged) {
  judged_ = std::move(judged);
  easy_.reset(curl_easy_init());
  share_.reset(curl_share_init());
  if (easy_ == nullptr || share_ == nullptr) return false;
  set_destination();
  set_trust();
  set_message();
  set_headers();
  set_callbacks();
  return options_taken_;
}

void CurlExchange::set_destination() {
  // Put together from what was judged, so that libcurl cannot read the text in another way.
  const std::string url = url_.origin() + url_.path + (url_.query.empty() ? "" : '?' + url_.query);
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_PROTOCOLS_STR, url_.scheme.c_str());
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_REDIR_PROTOCOLS_STR, "https");
  set(CURLOPT_PROXY, "");  // neither of these is to be taken from the environment
  set(CURLOPT_NOPROXY, "*");
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(CURLOPT_FRESH_CONNECT, 1L);
  set(CURLOPT_FORBID_REUSE, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::max<std::int64_t>(request_.limits.connect_timeout.count(), 1)));

  // A cache of names for this exchange alone: those of a multi handle are one for all.
  if (curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS) != CURLSHE_OK) {
    options_taken_ = false;
  }
  set(CURLOPT_SHARE, share_.get());
  if (!request_.unix_socket.empty()) {
    set(CURLOPT_UNIX_SOCKET_PATH, request_.unix_socket.c_str());
    return;
  }
  if (IpAddress::parse(url_.host)) return;  // no name, nothing to pin
  std::string pin = url_.host + ':' + std::to_string(url_.port) + ':';
  for (const IpAddress& address : judged_) {
    pin += (pin.back() == ':' ? "" : ",") + bracketed(address);
  }
  append(pins_, pin, options_taken_);
  set(CURLOPT_RESOLVE, pins_.get());
}

void CurlExchange::set_trust() {
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSL_CTX_FUNCTION, &CurlExchange::about_to_shake_hands);
  set(CURLOPT_SSL_CTX_DATA, static_cast<void*>(this));
  set(CURLOPT_SSL_SESSIONID_CACHE, 0L);  // a resumed session skips the certificate
  if (request_.trusted_ca_pem.empty()) return;
  curl_blob blob{request_.trusted_ca_pem.data(), request_.trusted_ca_pem.size(), CURL_BLOB_NOCOPY};
  set(CURLOPT_CAINFO_BLOB, &blob);
  const char* none = nullptr;  // the system's roots count for nothing where a CA is named
  set(CURLOPT_CAINFO, none);
  set(CURLOPT_CAPATH, none);
}

void CurlExchange::set_message() {
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_USERAGENT, "strongroom");
  set(CURLOPT_ACCEPT_ENCODING, "gzip");
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.limits.max_response_bytes));
  set(CURLOPT_NOSIGNAL, 1L);
  const std::string_view body = request_.body.reveal();
  if (!body.empty() || std::ranges::find(kWithoutBody, request_.method) == kWithoutBody.end()) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(CURLOPT_POSTFIELDS, body.empty() ? "" : body.data());  // not copied: request_ lives longer
  } else if (request_.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  }
  set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void CurlExchange::set_headers() {
  append(headers_, "Expect:", options_taken_);  // no pause before the body
  if (find_header(request_.headers, "Content-Type") == nullptr) {
    append(headers_, "Content-Type:", options_taken_);  // none that the caller did not name
  }
  for (const Header& header : request_.headers) {
    // To libcurl "Name:" means to leave the header out, and "Name;" to send it empty.
    const bool empty = trimmed(header.value).empty();
    append(headers_, header.name + (empty ? ";" : ": " + header.value), options_taken_);
  }
  if (request_.secret_header) {
    std::string line;
    line.reserve(request_.secret_header->reveal().size() + 1);
    line = request_.secret_header->reveal();
    append(headers_, line, options_taken_);
    wipe(line);
  }
  set(CURLOPT_HTTPHEADER, headers_.get());
}

void CurlExchange::set_callbacks() {
  void* self = this;
  set(CURLOPT_PRIVATE, self);
  set(CURLOPT_ERRORBUFFER, error_text_);
  set(CURLOPT_OPENSOCKETFUNCTION, &CurlExchange::open_socket);
  set(CURLOPT_OPENSOCKETDATA, self);
  set(CURLOPT_PREREQFUNCTION, &CurlExchange::about_to_send);
  set(CURLOPT_PREREQDATA, self);
  set(CURLOPT_HEADERFUNCTION, &CurlExchange::take_header);
  set(CURLOPT_HEADERDATA, self);
  set(CURLOPT_WRITEFUNCTION, &CurlExchange::take_body);
  set(CURLOPT_WRITEDATA, self);
  set(CURLOPT_XFERINFOFUNCTION, &CurlExchange::note_progress);
  set(CURLOPT_XFERINFODATA, self);
  set(CURLOPT_NOPROGRESS, 0L);
}

bool CurlExchange::is_judged(const IpAddress& address) const {
  return std::ranges::find(judged_, address) != judged_.end();
}

// Ends the exchange for a reason of ours; false, for a callback to pass on.
bool CurlExchange::refuse(Hop hop, LiteralText message) {
  refused_ = ExchangeFailure{hop, message, url_.host, may_have_arrived()};
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
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// The connection stands, and TLS begins. libcurl has just obeyed $SSLKEYLOGFILE; we do not. OpenSSL
// would leave what it decrypted in its buffer.
CURLcode CurlExchange::about_to_shake_hands(CURL*, void* context, void* self) {
  auto* const tls = static_cast<SSL_CTX*>(context);
  SSL_CTX_set_keylog_callback(tls, nullptr);
  SSL_CTX_set_options(tls, SSL_OP_CLEANSE_PLAINTEXT);
  static_cast<CurlExchange*>(self)->progress_ = Progress::kConnected;
  return CURLE_OK;
}

// The connection stands, TLS included, and nothing of the request has been written yet.
int CurlExchange::about_to_send(void* self, char*, char*, int, int) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  exchange.progress_ = Progress::kSent;
  exchange.last_byte_ = Timer::now();
  exchange.response_.sent_at = exchange.clock_.now();
  exchange.response_.sent_at_boot = exchange.clock_.boot_now();
  return CURL_PREREQFUNC_OK;
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

ExchangeResult CurlExchange::result(CURLcode code) {
  if (refused_) return tl::make_unexpected(*std::exchange(refused_, std::nullopt));
  long verify_result = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_SSL_VERIFYRESULT, &verify_result);
  if (code != CURLE_OK) {
    const char* text = error_text_[0] != '\0' ? error_text_ : curl_easy_strerror(code);
    return tl::make_unexpected(
        failure_of(code, progress_, verify_result, url_.host + ": " + printable(text)));
  }
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status < 200 || status > 999 || head_ != Head::kComplete) {
    return tl::make_unexpected(ExchangeFailure{
        Hop::kReceive, "The server's answer is not well-formed HTTP.", url_.host, true});
  }
  response_.status = static_cast<int>(status);
  response_.body = ResponseBody(body_.view());
  body_.clear();
  return std::move(response_);
}

CurlExchange::Timer::time_point CurlExchange::deadline() const {
  if (progress_ != Progress::kSent) return total_deadline_;
  return std::min(total_deadline_, last_byte_ + request_.limits.idle_timeout);
}

ExchangeFailure CurlExchange::overdue() const {
  if (progress_ != Progress::kSent) {
    return {Hop::kConnect, "The connection to the server was not made in time.", url_.host, false};
  }
  if (deadline() < total_deadline_) {
    return {Hop::kTime, "The server sent nothing for too long.", url_.host, true};
  }
  return {Hop::kTime, "The server's answer was not complete in time.", url_.host, true};
}

void CurlExchange::finish(ExchangeResult result) {
  easy_.reset();  // libcurl's copies of the credentials, and its buffers, are wiped here
  headers_.reset();
  body_.clear();
  request_.body = RequestBody("");
  request_.secret_header.reset();
  ExchangeDone done = std::move(done_);
  done(std::move(result));
}

}  // namespace strongroom::http
