#include "oauth/protected_resource.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json.hpp>

#include "base/ascii.h"
#include "base/json.h"
#include "base/unicode.h"
#include "http/url.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;

constexpr JsonLimits kLimits{.max_bytes = kMaxResourceMetadataBytes, .max_depth = 16};
constexpr std::size_t kMaxListLength = 200;
constexpr std::size_t kMaxItemBytes = 2'048;
constexpr std::string_view kWellKnown = "/.well-known/oauth-protected-resource";
constexpr LiteralText kOtherType = "A member of the resource's metadata has another type.";

// `member` is a name of ours.
Error refused(LiteralText message, std::string_view member = {}) {
  return Error{Code::kInvalidArgument, message, std::string(member)};
}

// A member that is null says as much as one that is not there.
const json::value* find(const json::object& object, std::string_view name) {
  const json::value* const found = object.if_contains(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

using List = std::optional<std::vector<std::string>>;

// nullopt: it is not there.
Result<List> read_list(const json::object& object, std::string_view name, std::size_t longest) {
  const json::value* const value = find(object, name);
  if (value == nullptr) return List();
  const json::array* const array = value->if_array();
  if (array == nullptr) return refused(kOtherType, name);
  if (array->size() > longest) return refused("The resource's metadata lists too much.", name);
  std::vector<std::string> list;
  list.reserve(array->size());
  for (const json::value& item : *array) {
    if (!item.is_string() || item.get_string().size() > kMaxItemBytes) {
      return refused(kOtherType, name);
    }
    std::string text(item.get_string());
    if (std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
  }
  return List(std::move(list));
}

// RFC 6749 section 3.3.
bool is_scope(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c == 0x21 || ('\x23' <= c && c <= '\x5b') || ('\x5d' <= c && c <= '\x7e');
  });
}

Result<std::vector<std::string>> split_scopes(std::string_view text) {
  std::vector<std::string> scopes;
  while (!text.empty()) {
    const std::string_view scope = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(scope.size() + 1, text.size()));
    if (scope.empty()) continue;
    if (!is_scope(scope)) return refused("A scope of the resource's challenge is none.", "scope");
    const bool is_new = std::ranges::find(scopes, scope) == scopes.end();
    if (is_new) scopes.emplace_back(scope);
  }
  return scopes;
}

bool is_for_access_tokens(const Challenge& challenge) {
  return challenge.scheme == "bearer" || challenge.scheme == "dpop";
}

// The resource chooses where it is described, and it chooses nothing but a place of its own.
Status check_metadata_url(std::string_view text, std::string_view resource) {
  const auto url = http::Url::parse(text);
  const auto own = http::Url::parse(resource);
  if (url && own && url->scheme == "https" && url->origin() == own->origin()) return {};
  return refused(
      "The resource says that its metadata is at another server, or at no https address.",
      "resource_metadata");
}

bool is_about(std::string_view written, std::string_view resource, bool at_root) {
  const auto is_same = [&](std::string_view wanted, bool has_path) {
    // Without a path, "https://host" and "https://host/" are one address (RFC 3986 section 6.2.3).
    return written == wanted || (!has_path && written == std::string(wanted) + "/");
  };
  const auto url = http::Url::parse(resource);
  if (!url) return false;
  const std::string origin = url->origin();
  return is_same(resource, resource != origin) || (at_root && is_same(origin, false));
}

}  // namespace

bool ResourceMetadata::takes_header() const {
  return !bearer_methods || std::ranges::find(*bearer_methods, "header") != bearer_methods->end();
}

Result<std::string> canonical_resource(std::string_view address) {
  auto url = http::Url::parse(address);
  if (!url) return std::move(url).error();
  if (url->scheme != "https") return refused("A resource is an https address.");
  std::string canonical = url->origin();
  if (url->path != "/" || !url->query.empty()) canonical += url->path;
  if (!url->query.empty()) canonical.append("?").append(url->query);
  return canonical;
}

bool is_of_resource(std::string_view url, std::string_view resource) {
  const auto asked = http::Url::parse(url);
  const auto own = http::Url::parse(resource);
  if (!asked || !own || asked->origin() != own->origin()) return false;
  // Whoever reads "/mcp/../admin" may take it for what is above.
  const std::string path = lower_case(asked->path);
  if (path.find("/..") != std::string::npos || path.find("%2e") != std::string::npos) return false;
  std::string_view below = own->path;
  if (below.ends_with('/')) below.remove_suffix(1);
  return asked->path.starts_with(below) &&
         (asked->path.size() == below.size() || asked->path[below.size()] == '/');
}

std::vector<ResourceMetadataPlace> resource_metadata_places(std::string_view resource) {
  const auto url = http::Url::parse(resource);
  if (!url) return {};
  const std::string root = url->origin() + std::string(kWellKnown);
  std::vector<ResourceMetadataPlace> places;
  std::string rest = url->path == "/" ? "" : url->path;
  if (!url->query.empty()) rest.append("?").append(url->query);
  if (!rest.empty()) places.push_back({.url = root + rest, .at_root = false});
  places.push_back({.url = root, .at_root = true});
  return places;
}

Result<ResourceChallenge> read_resource_challenge(const std::vector<Challenge>& challenges,
                                                  std::string_view resource) {
  ResourceChallenge found;
  for (const Challenge& challenge : challenges) {
    if (!is_for_access_tokens(challenge)) continue;
    const std::string* const address = challenge.find("resource_metadata");
    if (address != nullptr) {
      STRONGROOM_CHECK(check_metadata_url(*address, resource));
      if (!found.metadata_url.empty() && found.metadata_url != *address) {
        return refused("The resource names several places of its metadata.", "resource_metadata");
      }
      found.metadata_url = *address;
    }
    const std::string* const scope = challenge.find("scope");
    if (scope == nullptr || found.scopes) continue;
    STRONGROOM_TRY(auto scopes, split_scopes(*scope));
    found.scopes = std::move(scopes);
  }
  return found;
}

Result<ResourceMetadata> parse_resource_metadata(std::string_view text, std::string_view resource,
                                                 bool at_root) {
  const auto parsed = parse_json(text, kLimits);
  if (!parsed) {
    return Error{Code::kInvalidArgument, "The resource's metadata is not well-formed JSON.",
                 parsed.error().detail};
  }
  const json::object* const document = parsed->if_object();
  if (document == nullptr) return refused("The resource's metadata is not a JSON object.");
  const json::value* const written = find(*document, "resource");
  if (written == nullptr || !written->is_string() ||
      !is_about(written->get_string(), resource, at_root)) {
    return refused(
        "The metadata is about another resource: the address that it names is not the one that was "
        "asked, letter by letter.",
        "resource");
  }
  ResourceMetadata metadata{.resource = std::string(written->get_string())};
  STRONGROOM_TRY(auto servers,
                 read_list(*document, "authorization_servers", kMaxAuthorizationServers));
  metadata.authorization_servers = std::move(servers).value_or(std::vector<std::string>());
  STRONGROOM_TRY(metadata.scopes, read_list(*document, "scopes_supported", kMaxListLength));
  if (metadata.scopes) {
    std::erase_if(*metadata.scopes, [](const std::string& scope) { return !is_scope(scope); });
  }
  STRONGROOM_TRY(metadata.bearer_methods,
                 read_list(*document, "bearer_methods_supported", kMaxListLength));
  const json::value* const name = find(*document, "resource_name");
  if (name != nullptr && name->is_string()) metadata.name = plain_excerpt(name->get_string());
  return metadata;
}

}  // namespace strongroom::oauth
