#include "http/message.h"

#include <algorithm>

namespace strongroom::http {
namespace {

// Not std::tolower, which answers by the process's locale.
constexpr char lower(char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

constexpr int hex_value(char c) {
  if ('0' <= c && c <= '9') return c - '0';
  const char letter = lower(c);
  return 'a' <= letter && letter <= 'f' ? letter - 'a' + 10 : -1;
}

// RFC 3986 section 2.3 "unreserved".
constexpr bool stays_as_it_is(char c) {
  return ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z') || ('0' <= c && c <= '9') ||  //
         c == '-' || c == '.' || c == '_' || c == '~';
}

void append_form_encoded(std::string_view text, std::string& out) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    if (stays_as_it_is(c)) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 0x0f];
    }
  }
}

// How many characters at the front of `text` stand for themselves. (find_first_of() would call
// memchr() for each of them.)
std::size_t undecorated(std::string_view text, bool plus_is_space) {
  std::size_t count = 0;
  while (count < text.size() && text[count] != '%' && !(plus_is_space && text[count] == '+')) {
    ++count;
  }
  return count;
}

}  // namespace

bool same_field_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

const std::string* find_header(const std::vector<Header>& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (same_field_name(header.name, name)) return &header.value;
  }
  return nullptr;
}

bool percent_decode(std::string_view text, bool plus_is_space, std::string& out) {
  out.clear();
  out.reserve(text.size());
  while (true) {
    const std::size_t plain = undecorated(text, plus_is_space);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return true;
    if (text.front() == '+') {
      out += ' ';
      text.remove_prefix(1);
      continue;
    }
    if (text.size() < 3) return false;
    const int high = hex_value(text[1]);
    const int low = hex_value(text[2]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high * 16 + low);
    text.remove_prefix(3);
  }
}

std::string form_encode(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3);  // in one piece, so that no copy of a secret is left behind
  append_form_encoded(text, out);
  return out;
}

std::string http_date(std::time_t time) {
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[32] = {};
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);  // C locale's names
  return text;
}

}  // namespace strongroom::http
