#pragma once
// One request and its answer, as libcurl carries it.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <curl/curl.h>
#include <openssl/types.h>

#include "base/clock.h"
#include "http/client.h"
#include "http/curl_failure.h"
#include "http/outgoing_rules.h"
#include "http/secret_buffer.h"
#include "http/tls_client_identity.h"
#include "http/tls_sight.h"

namespace strongroom::http {

// Belongs to the thread that drives libcurl, which does with it, in this order:
// prepare(), handle() into the multi handle and out of it again, then succeed or fail, once.
class CurlExchange {
 public:
  using Timer = std::chrono::steady_clock;  // sockets wait in real time, also in a test

  // `id` is the owner's name for it. `clock` must outlive the exchange. The total time runs from
  // here.
  CurlExchange(std::uint64_t id, OutgoingRequest request, Route route, ExchangeDone done,
               const Clock& clock);
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;

  std::uint64_t id() const { return id_; }
  const OutgoingRequest& request() const { return request_; }
  const Route& route() const { return route_; }
  const Url& url() const { return route_.url; }

  // Makes the easy handle. The connection will go to `judged`, which are the proxy's addresses
  // where there is a proxy, or to the request's Unix socket, and nowhere else. False when libcurl
  // would not take an option: then nothing may be sent.
  bool prepare(std::vector<IpAddress> judged);
  CURL* handle() const { return easy_.get(); }
  static CurlExchange& of(CURL* handle);

  // The answer, or the failure, with which the exchange ended in libcurl. Not in a multi handle any
  // more when this is called.
  ExchangeResult result(CURLcode code);

  // When it must be over if nothing happens before; and what to say when it is not.
  Timer::time_point deadline() const;
  ExchangeFailure overdue() const;

  // Whether the peer may have seen the request: it was begun to be written.
  bool may_have_arrived() const { return progress_ == Progress::kSent; }

  // Frees everything of the request, then calls `done`. The last call.
  void finish(ExchangeResult result);

 private:
  enum class Head { kExpected, kBegun, kComplete };  // of the answer
  struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct FreeShare {
    void operator()(CURLSH* share) const { curl_share_cleanup(share); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  using List = std::unique_ptr<curl_slist, FreeList>;

  template <class T>
  void set(CURLoption option, T value);
  static void append(List& list, const std::string& line, bool& ok);
  void set_destination();
  void set_pins();
  void set_proxy();
  void set_trust();
  void set_message();
  void set_headers();
  void set_callbacks();

  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static CURLcode about_to_shake_hands(CURL*, void* context, void* self);
  static int about_to_send(void* self, char* peer, char* local, int peer_port, int local_port);
  static std::size_t take_header(char* data, std::size_t, std::size_t size, void* self);
  static std::size_t take_body(char* data, std::size_t, std::size_t size, void* self);
  static int note_progress(void* self, curl_off_t, curl_off_t down, curl_off_t, curl_off_t up);
  bool header_line(std::string_view line);
  bool field_line(std::string_view line);
  bool is_judged(const IpAddress& address) const;
  CURLcode begin_tls(SSL_CTX* tls);
  bool begin_server_tls(SSL_CTX* tls);
  bool add_extra_cas(SSL_CTX* tls, bool with_proxy);
  void note_session();
  void note_end();
  ExchangeFailure failure(CURLcode code);
  bool refuse(Hop hop, LiteralText message);

  const std::uint64_t id_;
  OutgoingRequest request_;
  const Route route_;
  ExchangeDone done_;
  const Clock& clock_;
  const Timer::time_point total_deadline_;
  std::vector<IpAddress> judged_;

  // Freed from the last to the first: the easy handle uses all the others.
  std::unique_ptr<CURLSH, FreeShare> share_;
  List pins_;
  List headers_;
  List proxy_headers_;
  std::unique_ptr<CURL, FreeEasy> easy_;
  char error_text_[CURL_ERROR_SIZE] = "";
  bool options_taken_ = true;

  Progress progress_ = Progress::kNotConnected;
  DemandWatch demand_;             // the server's, not the proxy's
  SeenVerification verification_;  // of the server's certificate
  Timer::time_point last_byte_;
  curl_off_t moved_ = 0;
  std::optional<ExchangeFailure> refused_;  // what we ended the exchange for ourselves
  IncomingResponse response_;
  SecretBuffer body_;
  std::size_t header_bytes_ = 0;
  Head head_ = Head::kExpected;
};

}  // namespace strongroom::http
