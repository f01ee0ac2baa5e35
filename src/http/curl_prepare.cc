// What libcurl is told of an exchange before it begins. The rest of CurlExchange is in
// curl_exchange.cc.

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/evp.h>

#include "http/curl_exchange.h"

namespace strongroom::http {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string bracketed(const IpAddress& address) {
  const std::string text = address.text();
  return text.find(':') == std::string::npos ? text : '[' + text + ']';
}

// libcurl's own port for a proxy is neither 80 nor 443, so it is always said.
std::string with_port(const Url& url) {
  const bool ipv6 = url.host.find(':') != std::string::npos;
  return url.scheme + "://" + (ipv6 ? '[' + url.host + ']' : url.host) + ':' +
         std::to_string(url.port);
}

// RFC 7617 section 2. Grows nothing, so nothing is left behind; the caller wipes it.
std::string basic_line(const ProxyCredentials& credentials) {
  constexpr std::string_view kName = "Proxy-Authorization: Basic ";
  const std::string_view text = credentials.reveal();
  std::string line(kName);
  line.resize(kName.size() + (text.size() + 2) / 3 * 4 + 1);  // EVP_EncodeBlock ends with a zero
  const int written = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(line.data() + kName.size()),
                                      reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()));
  line.resize(kName.size() + static_cast<std::size_t>(written));
  return line;
}

constexpr std::array<std::string_view, 3> kWithoutBody{"GET", "HEAD", "DELETE"};

}  // namespace

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
  set_proxy();
  set_trust();
  set_message();
  set_headers();
  set_callbacks();
  return options_taken_;
}

void CurlExchange::set_destination() {
  // Put together from what was judged, so that libcurl cannot read the text in another way.
  const Url& url = route_.url;
  const std::string text = url.origin() + url.path + (url.query.empty() ? "" : '?' + url.query);
  set(CURLOPT_URL, text.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_PROTOCOLS_STR, url.scheme.c_str());
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_REDIR_PROTOCOLS_STR, "https");
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
  if (request_.unix_socket.empty()) {
    set_pins();
  } else {
    set(CURLOPT_UNIX_SOCKET_PATH, request_.unix_socket.c_str());
  }
}

// Behind a proxy, the server's own name is the proxy's to resolve.
void CurlExchange::set_pins() {
  const Url& first = route_.proxy ? *route_.proxy : route_.url;
  if (IpAddress::parse(first.host)) return;  // no name, nothing to pin
  std::string pin = first.host + ':' + std::to_string(first.port) + ':';
  for (const IpAddress& address : judged_) {
    pin += (pin.back() == ':' ? "" : ",") + bracketed(address);
  }
  append(pins_, pin, options_taken_);
  set(CURLOPT_RESOLVE, pins_.get());
}

// Only CONNECT is said to the proxy: the request's own headers never are. The credentials go in a
// header of ours, since libcurl would percent-decode what it is given.
void CurlExchange::set_proxy() {
  set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  if (!route_.proxy) {
    set(CURLOPT_PROXY, "");  // neither of these is to be taken from the environment
    set(CURLOPT_NOPROXY, "*");
    return;
  }
  const std::string address = with_port(*route_.proxy);
  set(CURLOPT_PROXY, address.c_str());
  set(CURLOPT_NOPROXY, "");
  set(CURLOPT_HTTPPROXYTUNNEL, 1L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_PROXY_SSL_VERIFYPEER, 1L);
  set(CURLOPT_PROXY_SSL_VERIFYHOST, 2L);
  std::string& pem = request_.proxy->trusted_ca_pem;
  if (!pem.empty()) {
    curl_blob blob{pem.data(), pem.size(), CURL_BLOB_NOCOPY};
    set(CURLOPT_PROXY_CAINFO_BLOB, &blob);
    const char* none = nullptr;
    set(CURLOPT_PROXY_CAINFO, none);
    set(CURLOPT_PROXY_CAPATH, none);
  }
  if (request_.proxy->credentials) {
    std::string line = basic_line(*request_.proxy->credentials);
    append(proxy_headers_, line, options_taken_);
    wipe(line);
    set(CURLOPT_PROXYHEADER, proxy_headers_.get());
  }
}

void CurlExchange::set_trust() {
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSL_CTX_FUNCTION, &CurlExchange::about_to_shake_hands);
  set(CURLOPT_SSL_CTX_DATA, static_cast<void*>(this));
  set(CURLOPT_CA_CACHE_TIMEOUT, 0L);     // what one request trusts besides, no other may
  set(CURLOPT_SSL_SESSIONID_CACHE, 0L);  // a resumed session skips the certificate
  if (request_.trusted_ca_pem.empty()) return;
  curl_blob blob{request_.trusted_ca_pem.data(), request_.trusted_ca_pem.size(), CURL_BLOB_NOCOPY};
  set(CURLOPT_CAINFO_BLOB, &blob);
  const char* none = nullptr;  // the system's roots count for nothing where a CA is named
  set(CURLOPT_CAINFO, none);
  set(CURLOPT_CAPATH, none);
}

void CurlExchange::set_message() {
  // HTTP/2 where the server agrees to it in the handshake; never without TLS.
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
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

}  // namespace strongroom::http
