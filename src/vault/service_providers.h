#pragma once
// The catalogue, for people who choose from it.

#include <string_view>

#include "vault/actor.h"
#include "vault/context.h"
#include "vault/list.h"
#include "vault/own_provider_rules.h"

namespace strongroom::vault {

// Safe to use from any thread; never blocks. Needs kView.
class ServiceProviders {
 public:
  explicit ServiceProviders(Context& context) : context_(context) {}

  // By name. Uses filter, sort, offset and page_size of `query`. Errors: kInvalidArgument at
  // "sort".
  Result<Page<catalogue::ProviderPtr>> list(const Actor& actor, const ListQuery& query) const;
  // Errors: kNotFound.
  Result<catalogue::ProviderPtr> get(const Actor& actor, std::string_view id) const;
  // Whose entry that is now.
  ProviderOrigin origin(std::string_view id) const;

 private:
  Context& context_;
};

// Whether a person can sign in there, so that a client acts for their account.
bool lets_people_sign_in(const catalogue::Provider& provider);

// Whether `filter` lets a name through: part of it, or with '?' (one character) and '*' (any
// number) the whole of it; upper and lower case do not matter. Both as name_key() gives them.
bool filter_fits(std::string_view filter_key, std::string_view name_key);

}  // namespace strongroom::vault
