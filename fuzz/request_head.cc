// head_length and check_head: whatever they take must be something that no other reader of HTTP
// could take for something else.
#include "http/request_head.h"

#include <algorithm>
#include <string>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "fuzz/fuzz_target.h"
#include "http/message.h"

namespace strongroom::fuzz {
namespace {

std::size_t fields_called(std::string_view head, std::string_view name) {
  std::size_t count = 0;
  for (Input lines(head); !lines.empty();) {
    const std::string_view line = lines.line();
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (http::same_field_name(line.substr(0, colon), name)) ++count;
  }
  return count;
}

bool lies_within(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

bool has_only_whole_line_ends(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) return false;
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) return false;
  }
  return true;
}

void check_good_head(std::string_view text, const http::RequestHead& head) {
  require(has_only_whole_line_ends(text), "no bare CR or LF");
  require(text.find('\0') == std::string_view::npos, "no NUL");
  require(text.find("\n ") == std::string_view::npos && text.find("\n\t") == std::string_view::npos,
          "no folded line");
  require(text.ends_with("\r\n\r\n") && text.find("\r\n\r\n") + 4 == text.size(),
          "it ends with its only empty line");
  require(lies_within(head.method, text) && lies_within(head.target, text), "views into the head");
  require(!head.method.empty() && head.target.starts_with('/'), "a method and a target");
  require(head.target.size() <= http::kMaxTargetBytes, "the target is not too long");
  require(std::ranges::all_of(head.target, [](char c) { return '!' <= c && c <= '~' && c != '#'; }),
          "the target is visible ASCII");
  const std::size_t hosts = fields_called(text, "host");
  require(head.minor_version == 1 ? hosts == 1 : hosts <= 1, "one Host");
  const std::size_t lengths = fields_called(text, "content-length");
  const std::size_t encodings = fields_called(text, "transfer-encoding");
  require(lengths == (head.content_length ? 1 : 0), "one Content-Length or none");
  require(encodings == (head.chunked ? 1 : 0), "one Transfer-Encoding or none");
  require(lengths + encodings <= 1, "one way to tell where the body ends");
  require(fields_called(text, "authorization") <= 1, "one Authorization");
}

std::string_view as_std(boost::beast::string_view text) { return {text.data(), text.size()}; }

// Requests without a body are taken at our own word, so another reader must make the same of them.
void check_against_another_reader(std::string_view text, const http::RequestHead& head) {
  namespace beast = boost::beast::http;
  if (head.has_body()) return;
  beast::request_parser<beast::empty_body> parser;
  parser.eager(true);
  parser.header_limit(1024 * 1024);
  boost::system::error_code error;
  const std::size_t used = parser.put(boost::asio::const_buffer(text.data(), text.size()), error);
  require(!error && used == text.size() && parser.is_done(), "another reader takes it too");
  const auto& message = parser.get();
  require(as_std(message.method_string()) == head.method, "the same method");
  require(as_std(message.target()) == head.target, "the same target");
  require(as_std(message[beast::field::authorization]) == head.authorization, "the same key");
  require(as_std(message[beast::field::if_match]) == head.if_match, "the same If-Match");
  require(as_std(message[beast::field::content_type]) == head.content_type, "the same type");
  require(parser.keep_alive() == head.keep_alive, "the same end of the connection");
  for (const auto& field : message) {
    const std::string_view name = as_std(field.name_string());
    require(http::find_field(head.fields, name) == as_std(message[field.name_string()]),
            "the same fields");
  }
}

// The end of a head is where it is, however the bytes come.
void check_length(std::string_view text) {
  std::size_t line_start = 0;
  const auto whole = http::head_length(text, line_start);
  line_start = 0;
  for (std::size_t seen = 1; seen <= text.size(); ++seen) {
    const auto part = http::head_length(text.substr(0, seen), line_start);
    if (!part) {
      require(!whole.has_value(), "what is refused in pieces is refused whole");
      return;
    }
    if (*part != 0) {
      require(whole.has_value() && *whole == *part && *part == seen, "the same end in pieces");
      return;
    }
  }
  require(whole.has_value() && *whole == 0, "without an end in pieces there is none");
}

}  // namespace

void one_input(std::string_view input) {
  check_length(input);
  std::size_t line_start = 0;
  const auto length = http::head_length(input, line_start);
  if (const auto head = http::check_head(input)) {
    check_good_head(input, *head);
    require(length.has_value() && *length == input.size(), "a good head has its own length");
  }
  if (!length || *length == 0) return;
  const std::string_view text = input.substr(0, *length);
  if (const auto head = http::check_head(text)) {
    check_good_head(text, *head);
    check_against_another_reader(text, *head);
  }
}

}  // namespace strongroom::fuzz
