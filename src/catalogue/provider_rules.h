#pragma once
// The rules of a provider entry that span several of its members. The first group is in
// providers/schema.json too; the second cannot be said there, and its $comment lists it.

#include <string_view>
#include <vector>

#include "catalogue/file_reader.h"
#include "catalogue/provider.h"

namespace strongroom::catalogue {

// True for the members of a file that need a source: "token_endpoint", "scopes.required", ...
bool is_fact(std::string_view name);

// All of them.
std::vector<std::string_view> fact_names();

// Every fact that the file states has a source.
void check_sources(ObjectReader& in, const Provider& provider);

// Addresses and their variables, names, defaults and lists agree with one another.
void check_rules(const Provider& provider, Problems& problems);

}  // namespace strongroom::catalogue
