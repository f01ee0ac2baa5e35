#include "app/upkeep.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>

#include "vault/device_sign_ins.h"

namespace strongroom::app {
namespace {

constexpr std::chrono::hours kPurgeInterval{1};
constexpr std::chrono::seconds kReserveInterval{1};
constexpr std::chrono::seconds kCertificateInterval{5};
constexpr std::chrono::minutes kExpiryInterval{1};
constexpr std::chrono::minutes kSessionInterval{1};
constexpr std::chrono::minutes kTerminalInterval{1};
constexpr std::chrono::minutes kIssuerInterval{1};
constexpr std::chrono::minutes kRenewalInterval{1};
constexpr std::size_t kRenewalsAtOnce = 4;
constexpr std::chrono::seconds kRevocationInterval{2};
constexpr std::chrono::seconds kSignInInterval{1};
constexpr std::chrono::seconds kVerificationInterval{5};
constexpr std::chrono::seconds kDeviceInterval{1};
constexpr std::chrono::minutes kPublicUrlInterval{55};  // and up to ten more
constexpr std::chrono::minutes kPublicUrlJitter{10};
constexpr std::chrono::seconds kKillInterval{1};
constexpr std::chrono::minutes kUseInterval{1};
constexpr std::chrono::seconds kRotationInterval{1};
constexpr std::chrono::milliseconds kRotationBudget{300};  // the other jobs wait that long
constexpr std::chrono::seconds kBackupInterval{10};
constexpr std::chrono::seconds kDenialInterval{5};
constexpr std::chrono::seconds kProviderInterval{5};
constexpr std::chrono::milliseconds kGateInterval{200};
constexpr std::size_t kIssuersAtOnce = 4;  // an issuer that does not answer holds a worker

void note(Log& log, LiteralText trouble, const Status& status) {
  if (!status) log.failed(trouble, status.error());
}

void note_expiries(const UpkeepParts& parts) {
  note(parts.log, "When secrets and certificates expire could not be read.",
       parts.expiries.refresh());
  note(parts.log, "When clients are over could not be counted.", parts.forecasts.refresh());
}

// Clients before what they belong to, and their tokens before them: what is purged is not there to
// revoke with any more.
void purge(const UpkeepParts& parts) {
  Log& log = parts.log;
  note(log, "Sign-ins could not be purged.", parts.authorizations.purge());
  note(log, "Tokens could not be withdrawn.", parts.revocations.withdraw_before_purge());
  note(log, "OAuth clients could not be purged.", parts.oauth_clients.purge());
  note(log, "Secrets could not be purged.", parts.secrets.purge());
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

// A worker waits for the providers, one at a time: two that renew the same registration would each
// use up the token of the other.
Job renew_registrations(const UpkeepParts& parts) {
  const auto busy = std::make_shared<std::atomic_flag>();
  return {"renew registrations", kRenewalInterval, [parts, busy] {
            if (busy->test_and_set()) return;
            const bool taken = parts.workers.post([&registrations = parts.registrations, busy] {
              registrations.renew_due(kRenewalsAtOnce);
              busy->clear();
            });
            if (!taken) busy->clear();
          }};
}

// Servers that started together, after an outage, do not all go through the same proxy at once.
Milliseconds public_url_interval(crypto::Random& random) {
  std::byte chance{};
  random.fill(std::span(&chance, 1));
  return kPublicUrlInterval + Milliseconds(kPublicUrlJitter) * std::to_integer<int>(chance) / 255;
}

// A worker waits for it: on a long trail there may be much to remove.
void expire_audit(const UpkeepParts& parts) {
  if (parts.keep_audit_days == 0) return;
  (void)parts.workers.post([parts] {
    note(parts.log, "Old audit events could not be removed.",
         parts.audit_log.expire(std::chrono::days(parts.keep_audit_days)));
  });
}

void follow_kills(const UpkeepParts& parts) {
  note(parts.log, "A kill is in force but could not be written down yet.",
       parts.kills.write_pending());
  note(parts.log, "Tokens below a kill could not be withdrawn yet.", parts.kills.withdraw_some());
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
  // What is counted may be much, and others of these jobs are awaited several times a second.
  jobs.push_back({"note expiries", kExpiryInterval,
                  [parts] { (void)parts.workers.post([parts] { note_expiries(parts); }); }});
  jobs.push_back({"purge", kPurgeInterval, [parts] { purge(parts); }});
  jobs.push_back({"write sessions back", kSessionInterval, [parts] {
                    note(parts.log, "When sessions were used last could not be written.",
                         parts.people.sessions().write_back());
                  }});
  jobs.push_back({"end sign-ins of terminals", kTerminalInterval, [parts] {
                    note(parts.log, "Keys that no terminal fetched could not be revoked.",
                         parts.people.terminal_sign_ins().sweep());
                  }});
  jobs.push_back({"write key uses back", kSessionInterval, [parts] {
                    note(parts.log, "When robot keys were used last could not be written.",
                         parts.robots.write_last_uses());
                    note(parts.log, "When API keys were used last could not be written.",
                         parts.people.api_keys().write_last_uses());
                  }});
  jobs.push_back({"read issuers", kIssuerInterval, [parts] { read_issuers(parts); }});
  jobs.push_back(renew_registrations(parts));
  jobs.push_back(
      {"store sign-ins again", kSignInInterval, [parts] { parts.sign_ins.store_again(); }});
  jobs.push_back(
      {"poll for devices", kDeviceInterval, [parts] { parts.sign_ins.devices().poll_due(); }});
  jobs.push_back({"verify tokens", kVerificationInterval, [parts] {
                    (void)parts.workers.post([parts] {
                      note(parts.log, "Tokens could not be verified.",
                           parts.verification_schedule.turn());
                    });
                  }});
  jobs.push_back({"try revocations", kRevocationInterval, [parts] {
                    note(parts.log, "Revocations could not be tried again.",
                         parts.revocations.try_due());
                  }});
  jobs.push_back({"check public URL", public_url_interval(parts.random),
                  [parts] { parts.public_url_check.check({}); }});
  jobs.push_back({"note uses of access", kUseInterval, [parts] {
                    note(parts.log, "When access was used last could not be written.",
                         parts.robot_access.write_uses());
                    note(parts.log, "When access to secrets was used last could not be written.",
                         parts.secret_access.write_uses());
                  }});
  jobs.push_back({"rotate data keys", kRotationInterval, [parts] {
                    note(parts.log, "Values could not be sealed anew; it is tried again.",
                         parts.key_rotations.go_on(kRotationBudget));
                  }});
  jobs.push_back(
      {"write denials", kDenialInterval, [parts] { parts.lookups.write_denials(false); }});
  jobs.push_back({"let requests through", kGateInterval, [parts] { parts.gates.turn(); }});
  jobs.push_back({"settle service providers", kProviderInterval, [parts] {
                    note(parts.log, "Target systems of changed service providers wait.",
                         parts.own_providers.settle());
                  }});
  expire_audit(parts);
  jobs.push_back({"expire audit events", kPurgeInterval, [parts] { expire_audit(parts); }});
  jobs.push_back({"follow kills", kKillInterval, [parts] { follow_kills(parts); }});
  // A backup takes its time, and the jobs go on meanwhile.
  jobs.push_back({"make backups", kBackupInterval, [parts] {
                    (void)parts.workers.post([&backups = parts.backups] { backups.make_if_due(); });
                  }});
  return jobs;
}

}  // namespace strongroom::app
