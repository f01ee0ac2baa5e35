#include "app/upkeep.h"

#include <chrono>
#include <cstddef>

namespace strongroom::app {
namespace {

constexpr std::chrono::hours kPurgeInterval{1};
constexpr std::chrono::seconds kReserveInterval{1};
constexpr std::chrono::seconds kCertificateInterval{5};
constexpr std::chrono::minutes kExpiryInterval{1};
constexpr std::chrono::minutes kSessionInterval{1};
constexpr std::chrono::minutes kIssuerInterval{1};
constexpr std::chrono::seconds kRevocationInterval{2};
constexpr std::size_t kIssuersAtOnce = 4;  // an issuer that does not answer holds a worker

void note(Log& log, LiteralText trouble, const Status& status) {
  if (!status) log.failed(trouble, status.error());
}

void note_expiries(const UpkeepParts& parts) {
  note(parts.log, "When secrets and certificates expire could not be read.",
       parts.expiries.refresh());
}

// Clients before what they belong to, and their tokens before them: what is purged is not there to
// revoke with any more.
void purge(const UpkeepParts& parts) {
  Log& log = parts.log;
  note(log, "Sign-ins could not be purged.", parts.authorizations.purge());
  note(log, "Tokens could not be withdrawn.", parts.revocations.withdraw_before_purge());
  note(log, "OAuth clients could not be purged.", parts.oauth_clients.purge());
  note(log, "Robots could not be purged.", parts.robots.purge());
  note(log, "Target systems could not be purged.", parts.target_systems.purge());
  note(log, "Projects could not be purged.", parts.projects.purge());
}

// A worker waits for the issuer. Where there is too much to do it is left to the next time.
void read_issuers(const UpkeepParts& parts) {
  const auto due = parts.issuer_discovery.due(kIssuersAtOnce);
  if (!due) return parts.log.failed("Issuers could not be read again.", due.error());
  for (const vault::TargetSystemId id : *due) {
    (void)parts.workers.post(
        [&discovery = parts.issuer_discovery, id] { discovery.read_again(id); });
  }
}

}  // namespace

std::vector<Job> upkeep(const UpkeepParts& parts) {
  std::vector<Job> jobs;
  jobs.push_back({"reserve seals", kReserveInterval, [parts] {
                    note(parts.log, "Nonces could not be reserved.", parts.keys.reserve_ahead());
                  }});
  jobs.push_back({"watch certificate", kCertificateInterval,
                  [parts] { parts.certificate.watch(parts.server); }});
  note_expiries(parts);
  jobs.push_back({"note expiries", kExpiryInterval, [parts] { note_expiries(parts); }});
  jobs.push_back({"purge", kPurgeInterval, [parts] { purge(parts); }});
  jobs.push_back({"write sessions back", kSessionInterval, [parts] {
                    note(parts.log, "When sessions were used last could not be written.",
                         parts.people.sessions().write_back());
                  }});
  jobs.push_back({"write key uses back", kSessionInterval, [parts] {
                    note(parts.log, "When robot keys were used last could not be written.",
                         parts.robots.write_last_uses());
                  }});
  jobs.push_back({"read issuers", kIssuerInterval, [parts] { read_issuers(parts); }});
  jobs.push_back({"try revocations", kRevocationInterval, [parts] {
                    note(parts.log, "Revocations could not be tried again.",
                         parts.revocations.try_due());
                  }});
  return jobs;
}

}  // namespace strongroom::app
