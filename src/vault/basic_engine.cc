#include "vault/basic_engine.h"

namespace strongroom::vault {

std::string_view to_text(Undeliverable why) {
  switch (why) {
    case Undeliverable::kForbidden:
      return "forbidden";
    case Undeliverable::kGone:
      return "gone";
    case Undeliverable::kOtherProject:
      return "other_project";
    case Undeliverable::kDisabled:
      return "disabled";
    case Undeliverable::kKilled:
      return "killed";
    case Undeliverable::kBoxOff:
      return "box_off";
    case Undeliverable::kCertificateFlow:
      return "certificate_flow";
    case Undeliverable::kBound:
      return "bound";
    case Undeliverable::kInvalid:
      return "invalid";
  }
  return {};
}

std::optional<Undeliverable> why_not_delivered(const LookupIndex& index, ProjectId robot_project,
                                               const InputEntry& input,
                                               const LookupIndex::Found& found) {
  if (index.basic_engine_is_forbidden()) return Undeliverable::kForbidden;
  if (!found.client) return Undeliverable::kGone;
  if (found.client->project != robot_project) return Undeliverable::kOtherProject;
  if (!can_be_looked_up(*found.client)) return Undeliverable::kDisabled;
  if (found.killed_by) return Undeliverable::kKilled;
  if (!found.client->allows_basic_engine) return Undeliverable::kBoxOff;
  if (found.target_system->proves_by_key) return Undeliverable::kCertificateFlow;
  const auto& token = found.client->token;
  if (token && token->is_bound) return Undeliverable::kBound;
  if (!input.is_valid) return Undeliverable::kInvalid;
  return std::nullopt;
}

std::string_view for_a_runner(Undeliverable why) {
  constexpr std::string_view kNotAvailable = "not_available";
  switch (why) {
    case Undeliverable::kGone:
    case Undeliverable::kOtherProject:
    case Undeliverable::kDisabled:
    case Undeliverable::kKilled:
    case Undeliverable::kInvalid:
      return kNotAvailable;
    case Undeliverable::kForbidden:
    case Undeliverable::kBoxOff:
    case Undeliverable::kCertificateFlow:
    case Undeliverable::kBound:
      break;
  }
  return to_text(why);
}

}  // namespace strongroom::vault
