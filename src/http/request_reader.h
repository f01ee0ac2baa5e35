#pragma once
// Turns the bytes of one connection into requests, one after the other, under limits.
//
// A request is complete or it is refused; nothing is handed out half-read. Bytes of the next
// request stay in the buffer until next(). What was read is overwritten once it is no longer
// needed, for it holds keys and, sometimes, secrets.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "http/request_head.h"
#include "http/server.h"

namespace strongroom::http {

// Belongs to one connection. Not thread-safe: whoever hands request() to another thread leaves the
// reader alone until that thread is done.
class RequestReader {
 public:
  enum class Progress {
    kIdle,      // no byte of a request has arrived
    kInHead,    // more bytes are needed
    kInBody,    // more bytes are needed
    kComplete,  // request() is there
    kRefused,   // refusal() says why; the connection cannot go on
  };

  // `peer` is the other end of the connection. `limits` and `proxies` must outlive the reader.
  RequestReader(const ServerLimits& limits, const TrustedProxies& proxies, std::string peer);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // Where the next bytes are to be written, and how many of them were.
  std::span<char> space();
  void filled(std::size_t bytes) { end_ += bytes; }

  // Reads on in what is there. Cheap when nothing new is.
  Progress advance();

  // The status to refuse with, after kRefused.
  int refusal() const { return refusal_; }

  // True once, when the client waits for "100 Continue" before it sends the body of this request.
  bool take_expectation();

  // The complete request. Its views are valid until next().
  // Of the connection; see Request.
  void set_certificate(std::shared_ptr<const ShownCertificate> certificate) {
    request_.certificate = std::move(certificate);
  }
  const Request& request() const { return request_; }

  // Whether the request came as HTTP/1.0.
  bool http_1_0() const { return http_1_0_; }

  // Forgets the request. Bytes behind it are the beginning of the next one.
  void next();

  // Whether bytes behind the request have arrived already.
  bool has_leftover() const { return begin_ + head_bytes_ != end_; }

 private:
  struct BodyParser;

  std::string_view unread() const { return {buffer_.get() + begin_, end_ - begin_}; }
  Progress read_head();
  Progress read_body();
  Progress begin_body(std::size_t length);
  Progress complete_body();
  Progress complete(const RequestHead& head, std::string_view body);
  Progress refuse(int status);
  void consume(std::size_t bytes);

  const ServerLimits& limits_;
  const TrustedProxies& proxies_;
  const std::string peer_;
  const bool behind_proxy_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;       // of what the parser has not had yet
  std::size_t end_ = 0;         // of what has arrived
  std::size_t line_start_ = 0;  // for head_length()
  std::size_t head_bytes_ = 0;  // at begin_, of a complete request without a body: its views
  std::unique_ptr<BodyParser> parser_;  // while there is a body
  Progress state_ = Progress::kIdle;
  int refusal_ = 0;
  bool expects_continue_ = false;
  bool http_1_0_ = false;
  Request request_;
};

}  // namespace strongroom::http
