#include "vault/robot_proofs.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace strongroom::vault {
namespace {

using Candidate = LookupIndex::IdentityCandidate;
using Candidates = std::vector<Candidate>;

bool fits(const RobotIdentity& identity, const oauth::Claims& claims) {
  const auto audience = claims.find("/aud");
  if (audience == claims.end() ||
      std::ranges::find(audience->second, identity.audience) == audience->second.end()) {
    return false;
  }
  return std::ranges::all_of(identity.claims, [&](const auto& claim) {
    return oauth::has_claim(claims, claim.first, claim.second);
  });
}

bool fits(const RobotIdentity& identity, const ShownCertificate& shown) {
  if (!identity.subject.empty()) return identity.subject == shown.subject;
  if (!identity.san_uri.empty()) {
    return std::ranges::find(shown.san_uris, identity.san_uri) != shown.san_uris.end();
  }
  return !identity.san_dns.empty() &&
         std::ranges::find(shown.san_dns, identity.san_dns) != shown.san_dns.end();
}

Result<RobotProofs::Proven> keys_missing() {
  return Error{Code::kUnavailable, "The keys of the token's issuer cannot be read just now."}.with(
      "retry_after", std::chrono::ceil<Seconds>(WorkloadKeys::kSoonest).count());
}

bool was_verified(const Error& error) {
  return error.problem.view() == "bad_signature" || error.problem.view() == "workload_claims";
}

// Of several that fit the first, if they are all of one robot. Those of the project that was asked
// for count alone where one of them fits.
class Match {
 public:
  void add(const Candidate& candidate) {
    One& one = candidate.is_of_project ? of_project_ : elsewhere_;
    one.is_ambiguous =
        one.is_ambiguous || (one.entry != nullptr && one.entry->robot != candidate.entry->robot);
    if (one.entry == nullptr) one.entry = candidate.entry;
  }
  bool is_of_project() const { return of_project_.entry != nullptr; }
  bool is_any() const { return is_of_project() || elsewhere_.entry != nullptr; }
  RobotProofs::Proven answer() const {
    const One& one = is_of_project() ? of_project_ : elsewhere_;
    if (one.entry == nullptr || one.is_ambiguous) return std::nullopt;
    return one.entry->hash;
  }

 private:
  struct One {
    std::shared_ptr<const RobotIdentityEntry> entry;  // null: none
    bool is_ambiguous = false;
  };
  One of_project_;
  One elsewhere_;
};

}  // namespace

// A token on its way. Candidates that get their keys from the same source are judged together.
struct RobotProofs::Proof {
  std::string token;
  Candidates left;
  Ready ready;
  Match match = {};
  bool is_unknown = false;  // keys of some could not be had

  // Whether what is left can change nothing any more.
  bool is_settled() const {
    if (match.is_of_project() || left.empty()) return true;
    return match.is_any() && !left.front().is_of_project;
  }
};

std::optional<ProjectId> RobotProofs::project_of(const For& what) const {
  if (what.project_id) return what.project_id;
  if (!what.client) return context_.index.project_named(what.project);
  const auto client = context_.index.find(*what.client).client;
  return client ? std::optional(client->project) : std::nullopt;
}

void RobotProofs::prove_by_token(std::string_view token, const For& what, Ready ready) {
  const auto issuer = oauth::issuer_named_by(token);
  auto proof = std::make_unique<Proof>(
      Proof{std::string(token),
            issuer ? context_.index.identities_of(*issuer, project_of(what)) : Candidates(),
            std::move(ready)});
  if (proof->left.empty()) {
    oauth::verify_in_vain();
    return proof->ready(Proven());
  }
  go_on(std::move(proof), false);
}

void RobotProofs::go_on(std::unique_ptr<Proof> proof, bool unknown_key) {
  const auto first = proof->left.front().entry;
  keys_.find(first->identity, unknown_key,
             [this, unknown_key, proof = std::move(proof)](const WorkloadKeys::Keys& keys) mutable {
               judge(std::move(proof), unknown_key, keys);
             });
}

void RobotProofs::judge(std::unique_ptr<Proof> proof, bool unknown_key,
                        const WorkloadKeys::Keys& keys) {
  proof->is_unknown = proof->is_unknown || !keys;
  const std::string source = WorkloadKeys::source_of(proof->left.front().entry->identity);
  const auto claims =
      keys ? oauth::read_workload_token(proof->token, *keys, context_.clock.now())
           : Result<oauth::Claims>(Error{Code::kUnavailable, "The issuer's keys are not there."});
  if (!claims && claims.error().problem.view() == "unknown_signing_key" && !unknown_key) {
    return go_on(std::move(proof), true);
  }
  if (!claims && !was_verified(claims.error())) oauth::verify_in_vain();
  const auto is_judged = [&](const Candidate& candidate) {
    return WorkloadKeys::source_of(candidate.entry->identity) == source;
  };
  for (const Candidate& candidate : proof->left) {
    const bool is_it = claims && is_judged(candidate) && fits(candidate.entry->identity, *claims);
    if (is_it) proof->match.add(candidate);
  }
  std::erase_if(proof->left, is_judged);
  if (!proof->is_settled()) return go_on(std::move(proof), false);
  const bool is_missed = proof->is_unknown && !proof->match.is_any();
  proof->ready(is_missed ? keys_missing() : Result<Proven>(proof->match.answer()));
}

RobotProofs::Proven RobotProofs::prove_by_certificate(const ShownCertificate& certificate,
                                                      const For& what) const {
  Match match;
  const auto project = project_of(what);
  for (const std::string& authority : certificate.ca_sha256) {
    for (const Candidate& candidate : context_.index.identities_of(authority, project)) {
      if (fits(candidate.entry->identity, certificate)) match.add(candidate);
    }
  }
  return match.answer();
}

}  // namespace strongroom::vault
