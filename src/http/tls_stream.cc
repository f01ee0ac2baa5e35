#include "http/tls_stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include <curl/curl.h>
#include <poll.h>
#include <sys/socket.h>

#include "http/curl_memory.h"

namespace strongroom::http {
namespace {

using Timer = std::chrono::steady_clock;  // sockets wait in real time

constexpr Milliseconds kLookForStop{200};
// What a receiver has not read yet is lost if it goes away, so little of that is on the way.
constexpr int kSendBuffer = 64 << 10;
// Of 256 bytes: session tickets and changes of keys are a few hundred bytes.
constexpr int kMostReads = 64;

Error unavailable(LiteralText message, const char* detail) {
  return Error{Code::kUnavailable, message, detail};
}

Error failure_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return unavailable("The receiver's name could not be resolved.", curl_easy_strerror(code));
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return unavailable("The receiver's certificate is not trusted.", curl_easy_strerror(code));
    case CURLE_SSL_CONNECT_ERROR:
      return unavailable("TLS with the receiver failed.", curl_easy_strerror(code));
    case CURLE_ABORTED_BY_CALLBACK:
      return unavailable("The server stops.", "");
    default:
      return unavailable("The receiver could not be reached.", curl_easy_strerror(code));
  }
}

// Not 0: libcurl gives up.
int give_up(void* stopping, curl_off_t /*to_get*/, curl_off_t /*got*/, curl_off_t /*to_send*/,
            curl_off_t /*sent*/) {
  return (*static_cast<const TlsStream::Stopping*>(stopping))() ? 1 : 0;
}

}  // namespace

struct TlsStream::Handle {
  CURL* curl = nullptr;
  curl_socket_t socket = CURL_SOCKET_BAD;

  Handle() { start_curl(); }
  ~Handle() { curl_easy_cleanup(curl); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
};

TlsStream::TlsStream(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
TlsStream::TlsStream(TlsStream&&) noexcept = default;
TlsStream& TlsStream::operator=(TlsStream&&) noexcept = default;
TlsStream::~TlsStream() = default;

Result<TlsStream> TlsStream::connect(const Place& place, Milliseconds patience,
                                     const Stopping& stopping) {
  auto handle = std::make_unique<Handle>();
  handle->curl = curl_easy_init();
  CURL* const curl = handle->curl;
  if (curl == nullptr) return unavailable("There is no memory for a connection.", "");
  const bool is_v6 = place.host.find(':') != std::string::npos;
  const std::string url = "https://" + (is_v6 ? "[" + place.host + "]" : place.host) + ":" +
                          std::to_string(place.port) + "/";
  bool is_set = true;
  const auto set = [&](CURLoption option, auto value) {
    is_set = curl_easy_setopt(curl, option, value) == CURLE_OK && is_set;
  };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_CONNECT_ONLY, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROXY, "");
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSL_ENABLE_ALPN, 0L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(patience.count()));
  set(CURLOPT_XFERINFOFUNCTION, &give_up);
  set(CURLOPT_XFERINFODATA, const_cast<void*>(static_cast<const void*>(&stopping)));
  set(CURLOPT_NOPROGRESS, 0L);
  curl_blob pem{const_cast<char*>(place.trusted_ca_pem.data()), place.trusted_ca_pem.size(),
                CURL_BLOB_COPY};
  if (!place.trusted_ca_pem.empty()) {
    set(CURLOPT_CAINFO_BLOB, &pem);
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (!is_set) return unavailable("The connection cannot be set up.", "");
  const CURLcode code = curl_easy_perform(curl);
  set(CURLOPT_NOPROGRESS, 1L);  // `stopping` may be gone from here on
  if (code != CURLE_OK) return failure_of(code);
  if (curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &handle->socket) != CURLE_OK ||
      handle->socket == CURL_SOCKET_BAD) {
    return unavailable("The receiver closed the connection.", "");
  }
  (void)setsockopt(handle->socket, SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
  return TlsStream(std::move(handle));
}

// A session ticket that the other side sends is read here and nowhere else.
bool TlsStream::is_open() {
  std::array<char, 256> ignored{};
  std::size_t got = 0;
  for (int reads = 0; reads < kMostReads; ++reads) {
    const CURLcode code = curl_easy_recv(handle_->curl, ignored.data(), ignored.size(), &got);
    if (code == CURLE_AGAIN) return true;
    if (code != CURLE_OK || got == 0) return false;
  }
  return true;
}

Status TlsStream::send(std::string_view bytes, Milliseconds patience, const Stopping& stopping) {
  const Timer::time_point end = Timer::now() + patience;
  while (!bytes.empty()) {
    std::size_t sent = 0;
    const CURLcode code = curl_easy_send(handle_->curl, bytes.data(), bytes.size(), &sent);
    if (code == CURLE_OK) {
      bytes.remove_prefix(sent);
      continue;
    }
    if (code != CURLE_AGAIN) {
      return unavailable("The connection to the receiver broke.", curl_easy_strerror(code));
    }
    if (stopping()) return unavailable("The server stops.", "");
    const auto left = std::chrono::ceil<Milliseconds>(end - Timer::now());
    if (left <= Milliseconds{0}) return unavailable("The receiver is too slow.", "");
    pollfd waiting{handle_->socket, POLLOUT, 0};
    const auto turn = static_cast<int>(std::min(left, kLookForStop).count());
    if (poll(&waiting, 1, turn) < 0 && errno != EINTR) {
      return unavailable("The connection to the receiver broke.", std::strerror(errno));
    }
  }
  return {};
}

}  // namespace strongroom::http
