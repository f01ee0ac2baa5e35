#include "catalogue/asked_value.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace strongroom::catalogue {
namespace {

struct Case {
  ValueFormat format;
  std::vector<std::string_view> good;
  std::vector<std::string_view> bad;
};

TEST(AskedValue, FormatsTakeWhatTheySayAndNothingElse) {
  // A-030, A-164, E14
  using enum ValueFormat;
  const std::vector<Case> cases = {
      {kText,
       {"a", "Straße 1", "https://api.example.com/"},
       {"", "a\nb", "a\x7F", "\xC2\x85", "\xFF", std::string_view("a\0b", 3)}},
      {kToken, {"default", "aus1~b_c-d.e"}, {"", ".", "..", "a/b", "a b", "a%2f", "ä"}},
      {kDigits, {"0", "12345678901234567890"}, {"", "-1", "1.0", "123456789012345678901"}},
      {kGuid,
       {"72f988bf-86f1-41af-91ab-2d7cd011db47", "72F988BF-86F1-41AF-91AB-2D7CD011DB47"},
       {"", "72f988bf86f141af91ab2d7cd011db47", "{72f988bf-86f1-41af-91ab-2d7cd011db47}",
        "72f988bf-86f1-41af-91ab-2d7cd011db4g"}},
      {kGuidOrDomain,
       {"contoso.onmicrosoft.com", "72f988bf-86f1-41af-91ab-2d7cd011db47"},
       {"common", "organizations", "contoso.com/../evil", "contoso.com#", "contoso .com"}},
      {kDnsLabel, {"shop", "a-1"}, {"", "-a", "a-", "a.b", "a_b", "a/b", "ä", "a@b"}},
      {kDnsName,
       {"example.com", "a.b-c.example", "xn--bcher-kva.example"},
       {"", "localhost", "example.com.", ".example.com", "a..b", "127.0.0.1", "1.2.3.4",
        "example.0x7f", "a.b:443", "user@example.com", "example.com/x", "[::1]", "exämple.com"}},
      {kAbsoluteUri,
       {"https://api.example.com/v1?x=y", "urn:example:1", "api://72f9/x", "https://a/%7e%7E"},
       {"", "/relative", "https://api.example.com/#fragment", ":x", "1a:b", "https:", "a b:c",
        "https://exa\"mple/", "https://a/%zz", "https://a/%", "https://a/%4", "https://a/%4g",
        "https://a/%%41"}},
      {kHttpUrl,
       {"https://as.example/token", "http://127.0.0.1:8080/token?tenant=x"},
       {"", "ftp://as.example/", "javascript:alert(1)", "//as.example/", "https://a/\r\nb",
        "https://as.example/#f", "https://as.example/{x}", "https://as.example/ä"}},
  };
  for (const Case& c : cases) {
    for (const std::string_view text : c.good) {
      EXPECT_TRUE(has_format(text, c.format)) << to_text(c.format) << ": " << text;
    }
    for (const std::string_view text : c.bad) {
      EXPECT_FALSE(has_format(text, c.format)) << to_text(c.format) << ": " << text;
    }
  }
}

TEST(AskedValue, FormatsLimitTheLength) {
  EXPECT_TRUE(has_format(std::string(1024, 'a'), ValueFormat::kText));
  EXPECT_FALSE(has_format(std::string(1025, 'a'), ValueFormat::kText));
  EXPECT_FALSE(has_format(std::string(129, 'a'), ValueFormat::kToken));
  EXPECT_FALSE(has_format(std::string(64, 'a'), ValueFormat::kDnsLabel));
  std::string name = "example";
  while (name.size() < 254) name.insert(0, "a.");
  EXPECT_FALSE(has_format(name, ValueFormat::kDnsName));
  EXPECT_FALSE(has_format("https://a/" + std::string(2048, 'a'), ValueFormat::kHttpUrl));
}

TEST(AskedValue, SuffixesAreWholeLabels) {
  AskedValue asked;
  asked.format = ValueFormat::kDnsName;
  asked.allowed_suffixes = {"my.salesforce.com"};
  EXPECT_TRUE(accepts(asked, "acme.my.salesforce.com"));
  EXPECT_TRUE(accepts(asked, "acme--dev.sandbox.my.salesforce.com"));
  EXPECT_FALSE(accepts(asked, "my.salesforce.com"));
  EXPECT_FALSE(accepts(asked, "evilmy.salesforce.com"));
  EXPECT_FALSE(accepts(asked, "acme.my.salesforce.com.evil.example"));
}

}  // namespace
}  // namespace strongroom::catalogue
