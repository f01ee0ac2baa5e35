#include "vault/own_provider_rules.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/unicode.h"
#include "catalogue/embedded_files.h"
#include "crypto/digest.h"
#include "vault/list.h"

namespace strongroom::vault {
namespace {

constexpr std::size_t kMostNames = 10;     // of target systems that use an entry
constexpr std::size_t kLongestHint = 500;  // in characters

// As far as the actor sees them.
Error in_use(const Actor& actor, const std::vector<storage::ProviderUseRow>& uses) {
  std::string names;
  std::size_t shown = 0;
  for (const storage::ProviderUseRow& use : uses) {
    if (!actor.grants.has(Permission::kView, use.project_id.value_or(Uuid{}))) continue;
    if (shown++ == kMostNames) {
      names += ", …";
      break;
    }
    if (!names.empty()) names += ", ";
    names.append(use.name);
  }
  return Error{Code::kConflict,
               "Target systems use this service provider. Give them another one, or delete them.",
               {},
               "in_use"}
      .with("target_systems", VisibleName{std::move(names)});
}

}  // namespace

std::string_view to_text(ProviderOrigin origin) {
  switch (origin) {
    case ProviderOrigin::kBuiltIn:
      return "built_in";
    case ProviderOrigin::kFile:
      return "file";
    case ProviderOrigin::kApi:
      return "api";
  }
  return "";
}

ProviderOrigin origin_of(const catalogue::Edition& edition, std::string_view id) {
  const auto own = edition.own.find(id);
  if (own == edition.own.end()) return ProviderOrigin::kBuiltIn;
  return own->second.path.empty() ? ProviderOrigin::kApi : ProviderOrigin::kFile;
}

// Of what is in one of them alone, or with another text.
std::vector<std::string> changed_ids(const catalogue::OwnEntries& before,
                                     const catalogue::OwnEntries& after) {
  std::vector<std::string> ids;
  for (const auto& [id, file] : before) {
    const auto now = after.find(id);
    const bool is_same = now != after.end() && now->second.text == file.text &&
                         now->second.path.empty() == file.path.empty();
    if (!is_same) ids.push_back(id);
  }
  for (const auto& [id, file] : after) {
    if (!before.contains(id)) ids.push_back(id);
  }
  return ids;
}

// For the audit trail: which text it was, without a word of it.
std::string digest_of(std::string_view text) {
  return "sha256:" + crypto::hex(crypto::sha256(text));
}

Error no_such_provider() {
  return Error{Code::kNotFound, "The catalogue has no such service provider."};
}

Error id_is_built_in() {
  return Error{Code::kConflict,
               "A built-in entry has this id, and nothing replaces one. Choose another id.",
               {},
               "built_in"};
}

Error id_is_of_a_file() {
  return Error{Code::kConflict,
               "A file in the server's directory has this id. Change it there.",
               {},
               "in_a_file"};
}

Error invalid_provider_file(const catalogue::FileReport& report) {
  const catalogue::FileProblem& first = report.problems.front();
  std::string place = "line " + std::to_string(first.line) + " at " + first.pointer;
  Error error{Code::kInvalidArgument, first.message, std::move(place), "invalid_provider_file"};
  error = std::move(error)
              .at(first.pointer)
              .with("line", static_cast<std::int64_t>(first.line))
              .with("column", static_cast<std::int64_t>(first.column))
              .with("problems", static_cast<std::int64_t>(report.problems.size()));
  if (first.hint.empty()) return error;
  return std::move(error).with("hint", VisibleName{plain_excerpt(first.hint, kLongestHint)});
}

Error provider_changed_meanwhile() {
  return Error{Code::kPreconditionFailed, "Somebody else changed this since you read it."};
}

Error nothing_to_remove(std::string_view id, ProviderOrigin origin) {
  if (catalogue::is_built_in(id)) return id_is_built_in();
  return origin == ProviderOrigin::kFile ? id_is_of_a_file() : no_such_provider();
}

Status check_unused(storage::Snapshot& snapshot, const Actor& actor, std::string_view id) {
  STRONGROOM_TRY(auto uses, storage::provider_uses(snapshot, id, Uuid{}, kMaxPageSize));
  std::erase_if(uses, [](const storage::ProviderUseRow& use) { return use.is_hidden; });
  if (uses.empty()) return {};
  return in_use(actor, uses);
}

}  // namespace strongroom::vault
