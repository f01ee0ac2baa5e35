// Url::parse, and whether libcurl, which sends the request, would go to the same host.
#include "http/url.h"

#include <algorithm>
#include <memory>
#include <string>

#include <curl/curl.h>

#include "fuzz/fuzz_target.h"
#include "http/address_policy.h"

namespace strongroom::fuzz {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return "";
  std::string copy(text);
  curl_free(text);
  return copy;
}

std::string lower_case(std::string text) {
  for (char& c : text) c = 'A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return text;
}

// Two readers of one address who disagree about its host are how requests go astray.
void check_with_curl(const http::Url& url) {
  const std::unique_ptr<CURLU, FreeUrl> theirs(curl_url());
  if (curl_url_set(theirs.get(), CURLUPART_URL, url.text.c_str(), 0) != CURLUE_OK) return;
  const bool ipv6 = url.host.find(':') != std::string::npos;
  const std::string host = lower_case(part(theirs.get(), CURLUPART_HOST));
  if (ipv6) {
    require(host.size() > 2 && http::IpAddress::parse(host.substr(1, host.size() - 2)) ==
                                   http::IpAddress::parse(url.host),
            "libcurl reads the same IPv6 address");
  } else {
    require(host == url.host, "libcurl reads the same host");
  }
  require(part(theirs.get(), CURLUPART_SCHEME) == url.scheme, "libcurl reads the same scheme");
  require(part(theirs.get(), CURLUPART_PORT) == std::to_string(url.port),
          "libcurl reads the same port");
  require(part(theirs.get(), CURLUPART_USER).empty(), "libcurl reads no user");
  require(part(theirs.get(), CURLUPART_FRAGMENT).empty(), "libcurl reads no fragment");
}

void check_good_url(const http::Url& url) {
  require(url.scheme == "https" || url.scheme == "http", "a scheme that is known");
  require(!url.host.empty() && url.host.size() <= 253, "a host");
  require(lower_case(url.host) == url.host, "the host is in lower case");
  require(url.port != 0, "a port");
  require(url.path.starts_with('/'), "a path");
  require(std::ranges::all_of(url.text, [](char c) { return '!' <= c && c <= '~' && c != '\\'; }),
          "visible ASCII without backslash");

  const std::string label = url.host.substr(url.host.rfind('.') + 1);
  const bool numeric = std::ranges::all_of(label, [](char c) { return '0' <= c && c <= '9'; });
  if (numeric) {
    require(http::IpAddress::parse(url.host).has_value(), "a host of numbers is an address");
  }
}

void check_reads_back(const http::Url& url) {
  const auto origin = http::Url::parse(url.origin());
  require(origin.has_value() && origin->host == url.host && origin->port == url.port &&
              origin->scheme == url.scheme && origin->path == "/" && origin->query.empty(),
          "an origin reads back");
  const std::string text = url.origin() + url.path + (url.query.empty() ? "" : "?" + url.query);
  if (text.size() > 2048) return;  // "/" was added
  const auto again = http::Url::parse(text);
  require(again.has_value() && again->host == url.host && again->port == url.port &&
              again->path == url.path && again->query == url.query,
          "put together again, it is the same");
}

}  // namespace

void one_input(std::string_view input) {
  const auto url = http::Url::parse(input);
  if (!url) {
    require(url.error().code == Code::kInvalidArgument, "a bad URL is an invalid argument");
    return;
  }
  require(url->text == input, "the text is kept");
  check_good_url(*url);
  check_reads_back(*url);
  check_with_curl(*url);
}

}  // namespace strongroom::fuzz
