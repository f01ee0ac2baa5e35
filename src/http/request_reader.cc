#include "http/request_reader.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <new>
#include <utility>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/secret.h"
#include "http/request_head.h"

namespace strongroom::http {
namespace {

namespace beast = boost::beast::http;

constexpr std::size_t kFirstBuffer = std::size_t{2} * 1024;  // an ordinary request fits
constexpr std::size_t kBodyBuffer = std::size_t{16} * 1024;  // a whole TLS record fits
constexpr std::size_t kKeptBuffer = std::size_t{4} * 1024;   // an idle connection holds no more
constexpr std::size_t kMaxChunkLine =
    std::size_t{4} * 1024;  // a chunk's size line, or the trailer section

void wipe_chars(char* data, std::size_t size) {
  wipe(std::as_writable_bytes(std::span<char>(data, size)));
}

// Overwrites what it frees: fields of a request hold keys.
template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  // NOLINTNEXTLINE(google-explicit-constructor): allocators convert by contract
  WipingAllocator(const WipingAllocator<U>&) noexcept {}
  T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* memory, std::size_t count) noexcept {
    wipe_chars(reinterpret_cast<char*>(memory), count * sizeof(T));
    std::allocator<T>().deallocate(memory, count);
  }
  template <class U>
  bool operator==(const WipingAllocator<U>&) const noexcept {
    return true;
  }
};

using Fields = beast::basic_fields<WipingAllocator<char>>;
using BodyText = beast::basic_string_body<char, std::char_traits<char>, WipingAllocator<char>>;
using BeastParser = beast::request_parser<BodyText, WipingAllocator<char>>;

std::size_t count_fields(const BeastParser& parser) {
  const auto& fields = parser.get();
  return static_cast<std::size_t>(std::distance(fields.begin(), fields.end()));
}

// Whether what the parser could not use yet may become the line of a chunk's size, behind the end
// of the chunk before it. The parser waits for a line end that a wrong line never has; we do not.
bool may_begin_chunk(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) return false;
  }
  if (text.starts_with("\r\n")) text.remove_prefix(2);
  constexpr std::string_view kFirst = "0123456789abcdefABCDEF\r";
  return text.empty() || kFirst.find(text.front()) != std::string_view::npos;
}

std::string_view as_std(boost::beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

// Beast reads bodies. It is given the head as well, and must make the same of it.
struct RequestReader::BodyParser {
  BeastParser beast;
  std::size_t fields_in_head = 0;
  std::basic_string<char, std::char_traits<char>, WipingAllocator<char>> head;  // as it was sent
};

std::string_view Request::header(std::string_view name) const { return find_field(fields, name); }

RequestReader::RequestReader(const ServerLimits& limits, const TrustedProxies& proxies,
                             std::string peer)
    : limits_(limits),
      proxies_(proxies),
      peer_(std::move(peer)),
      behind_proxy_(proxies.contains(peer_)) {
  request_.peer = peer_;
}

RequestReader::~RequestReader() {
  if (buffer_) wipe_chars(buffer_.get(), end_);
}

std::span<char> RequestReader::space() {
  const std::size_t unread_bytes = end_ - begin_;
  const std::size_t wanted = state_ == Progress::kInBody ? kBodyBuffer : kFirstBuffer;
  if (capacity_ - end_ < wanted / 2) {
    const std::size_t capacity = std::max(unread_bytes + wanted, std::min(capacity_, kBodyBuffer));
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (buffer_) {
      std::memcpy(larger.get(), buffer_.get() + begin_, unread_bytes);
      wipe_chars(buffer_.get(), end_);
    }
    buffer_ = std::move(larger);
    capacity_ = capacity;
    begin_ = 0;
    end_ = unread_bytes;
  }
  return {buffer_.get() + end_, capacity_ - end_};
}

void RequestReader::consume(std::size_t bytes) {
  wipe_chars(buffer_.get() + begin_, bytes);
  begin_ += bytes;
  if (begin_ == end_) begin_ = end_ = 0;
}

RequestReader::Progress RequestReader::refuse(int status) {
  refusal_ = status;
  return state_ = Progress::kRefused;
}

RequestReader::Progress RequestReader::advance() {
  if (state_ == Progress::kComplete || state_ == Progress::kRefused) return state_;
  if (begin_ == end_) return state_;
  if (state_ == Progress::kInBody) return read_body();
  state_ = Progress::kInHead;
  return read_head();
}

RequestReader::Progress RequestReader::read_head() {
  const auto length = head_length(unread(), line_start_);
  if (!length) return refuse(static_cast<int>(length.error()));
  const std::size_t head_bytes = *length == 0 ? end_ - begin_ : *length;
  if (head_bytes > limits_.max_header_bytes) {
    return refuse(line_start_ == 0 ? 414 : 431);
  }
  if (*length == 0) return state_;

  const auto head = check_head(unread().substr(0, *length));
  if (!head) return refuse(static_cast<int>(head.error()));
  if (head->content_length.value_or(0) > limits_.max_body_bytes) return refuse(413);
  expects_continue_ = head->expects_continue && head->has_body();
  http_1_0_ = head->minor_version == 0;
  if (head->has_body()) return begin_body(*length);
  head_bytes_ = *length;  // the request's views are into it until next()
  return complete(*head, {});
}

RequestReader::Progress RequestReader::begin_body(std::size_t length) {
  parser_ = std::make_unique<BodyParser>();
  parser_->head.assign(unread().substr(0, length));
  BeastParser& parser = parser_->beast;
  parser.eager(true);
  parser.header_limit(static_cast<std::uint32_t>(limits_.max_header_bytes));
  parser.body_limit(limits_.max_body_bytes);
  boost::system::error_code error;
  const std::size_t used =
      parser.put(boost::asio::const_buffer(buffer_.get() + begin_, length), error);
  if ((error && error != beast::error::need_more) || used != length || !parser.is_header_done() ||
      parser.is_done()) {
    return refuse(400);  // the two readers must agree
  }
  consume(used);
  parser_->fields_in_head = count_fields(parser);
  state_ = Progress::kInBody;
  return begin_ == end_ ? state_ : read_body();
}

RequestReader::Progress RequestReader::read_body() {
  expects_continue_ = false;  // the client did not wait
  BeastParser& parser = parser_->beast;
  while (begin_ != end_ && !parser.is_done()) {
    boost::system::error_code error;
    const std::size_t used =
        parser.put(boost::asio::const_buffer(buffer_.get() + begin_, end_ - begin_), error);
    if (error == beast::error::body_limit) return refuse(413);
    if (error && error != beast::error::need_more) return refuse(400);
    consume(used);
    if (used == 0) break;
  }
  if (parser.is_done()) return complete_body();
  if (end_ - begin_ > kMaxChunkLine || !may_begin_chunk(unread())) return refuse(400);
  return state_;
}

RequestReader::Progress RequestReader::complete_body() {
  const auto& message = parser_->beast.get();
  const auto head = check_head({parser_->head.data(), parser_->head.size()});
  // Trailers would pass for fields of the head, so there are none (RFC 9110 section 6.5.1).
  if (!head || count_fields(parser_->beast) != parser_->fields_in_head ||
      head->method != as_std(message.method_string()) || head->target != as_std(message.target()) ||
      head->keep_alive != parser_->beast.keep_alive()) {
    return refuse(400);
  }
  return complete(*head, message.body());
}

RequestReader::Progress RequestReader::complete(const RequestHead& head, std::string_view body) {
  request_.method = head.method;
  request_.target = head.target;
  const std::size_t question = head.target.find('?');
  request_.path = head.target.substr(0, question);
  request_.query =
      question == std::string_view::npos ? std::string_view{} : head.target.substr(question + 1);
  request_.authorization = head.authorization;
  request_.if_match = head.if_match;
  request_.content_type = head.content_type;
  request_.body = body;
  request_.keep_alive = head.keep_alive;
  request_.fields = head.fields;
  if (behind_proxy_) request_.peer = proxies_.client_of(peer_, head.fields);
  return state_ = Progress::kComplete;
}

bool RequestReader::take_expectation() { return std::exchange(expects_continue_, false); }

void RequestReader::next() {
  parser_.reset();
  consume(std::exchange(head_bytes_, 0));
  request_.fields = {};
  line_start_ = 0;
  state_ = Progress::kIdle;
  if (begin_ == end_ && capacity_ > kKeptBuffer) {
    buffer_.reset();  // nothing is in it but zeroes
    capacity_ = begin_ = end_ = 0;
  }
}

}  // namespace strongroom::http
