#include "vault/service_providers.h"

#include <algorithm>
#include <cstddef>

#include "base/unicode.h"

namespace strongroom::vault {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

// The bytes after the first character of `text`, which is not empty.
std::size_t character_size(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && is_continuation(text[size])) ++size;
  return size;
}

// '*' is tried short first and then longer: linear in practice, and never worse than the product of
// both lengths, because only the last '*' is gone back to.
bool wildcards_fit(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      t += character_size(text.substr(t));
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      star_text += character_size(text.substr(star_text));
      t = star_text;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

bool filter_fits(std::string_view filter_key, std::string_view name_key) {
  if (filter_key.find_first_of("?*") == std::string_view::npos) {
    return name_key.find(filter_key) != std::string_view::npos;
  }
  return wildcards_fit(filter_key, name_key);
}

bool lets_people_sign_in(const catalogue::Provider& provider) {
  return provider.offers(catalogue::Grant::kAuthorizationCode);
}

Result<Page<catalogue::ProviderPtr>> ServiceProviders::list(const Actor& actor,
                                                            const ListQuery& query) const {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  if (!query.sort.empty() && query.sort != "name" && query.sort != "-name") {
    return Error{Code::kInvalidArgument, "This list can be sorted by name or -name."}.at("sort");
  }
  std::vector<catalogue::ProviderPtr> fitting;
  const std::string filter = name_key(query.filter);
  const auto all = context_.catalogue.all();
  for (const catalogue::Provider& provider : *all) {
    if (filter_fits(filter, name_key(provider.name))) fitting.emplace_back(all, &provider);
  }
  if (query.sort == "-name") std::ranges::reverse(fitting);
  Page<catalogue::ProviderPtr> page;
  page.total = static_cast<std::int64_t>(fitting.size());
  const std::int64_t begin = std::min(query.offset, page.total);
  const std::int64_t end = begin + std::min(query.page_size, page.total - begin);
  page.items.assign(fitting.begin() + begin, fitting.begin() + end);
  return page;
}

Result<catalogue::ProviderPtr> ServiceProviders::get(const Actor& actor,
                                                     std::string_view id) const {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  if (const catalogue::ProviderPtr provider = context_.catalogue.find(id)) return provider;
  return Error{Code::kNotFound, "The catalogue has no such service provider."};
}

ProviderOrigin ServiceProviders::origin(std::string_view id) const {
  return origin_of(*context_.catalogue.edition(), id);
}

}  // namespace strongroom::vault
