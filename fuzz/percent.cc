// percent_decode, and the encoders that it must undo.
#include <algorithm>
#include <string>

#include "fuzz/form.h"
#include "fuzz/fuzz_target.h"
#include "http/message.h"

namespace strongroom::fuzz {
namespace {

void check_decoding(std::string_view text, bool plus_is_space) {
  std::string out = "left over";
  if (!http::percent_decode(text, plus_is_space, out)) {
    require(text.find('%') != std::string_view::npos, "only a percent sign can be wrong");
    return;
  }
  require(out.size() + 2 * static_cast<std::size_t>(std::ranges::count(text, '%')) == text.size(),
          "each percent sign stands for one byte of three");
  std::string again;
  require(http::percent_decode(http::form_encode(out), true, again) && again == out,
          "what was decoded can be encoded");
}

void check_encoding(std::string_view text) {
  const std::string encoded = http::form_encode(text);
  const bool plain = std::ranges::all_of(encoded, [](char c) {
    return ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z') || ('0' <= c && c <= '9') ||
           std::string_view("-._~+%").find(c) != std::string_view::npos;
  });
  require(plain, "what was encoded cannot leave its field");
  std::string out;
  require(http::percent_decode(encoded, true, out) && out == text, "encoding can be undone");
}

void check_body(std::string_view name, std::string_view value) {
  const std::string body = form_body({{name, value}, {"x", "y"}});
  const std::size_t ampersand = body.find('&');
  const std::size_t equals = body.find('=');
  require(ampersand != std::string::npos && equals < ampersand, "a form keeps its shape");
  require(body.substr(ampersand) == "&x=y", "a field does not reach into the next");
  std::string out;
  require(http::percent_decode(std::string_view(body).substr(0, equals), true, out) && out == name,
          "the name arrives");
  require(http::percent_decode(std::string_view(body).substr(equals + 1, ampersand - equals - 1),
                               true, out) &&
              out == value,
          "the value arrives");
}

}  // namespace

void one_input(std::string_view input) {
  check_decoding(input, true);
  check_decoding(input, false);
  check_encoding(input);
  check_body(input.substr(0, input.size() / 2), input.substr(input.size() / 2));
}

}  // namespace strongroom::fuzz
